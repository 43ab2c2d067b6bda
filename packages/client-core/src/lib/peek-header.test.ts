import assert from 'node:assert/strict'
import { HEADER_BYTES } from '@ltx/format'
import { test } from 'vitest'
import {
  assertSameBytes,
  failureOf,
  fileBytes,
  key,
  readAll,
  sourceOf,
  TIME_MS,
} from './conformance/material.ts'
import { isClientError } from './errors.ts'
import { peekHeader } from './peek-header.ts'
import type { ByteSource } from './replica-client.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, { size: 1000 })

for (const chunkBytes of [1, 7, 99, 100, 101, 1000]) {
  test(`peekHeader: chunks of ${chunkBytes} bytes → the header, then the whole file`, async () => {
    await using peeked = await peekHeader(file, sourceOf(bytes, chunkBytes))
    assert.equal(peeked.header.timestampMs, TIME_MS)
    assertSameBytes(await readAll(copied(peeked.body)), bytes, 'the body')
    assert.equal(peeked.failure, null)
  })
}

/** Chunks are borrowed; `readAll` keeps them. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.slice()
}

function watched(inner: ByteSource): { source: ByteSource; state: { ended: boolean } } {
  const state = { ended: false }
  return {
    state,
    source: async function* () {
      try {
        yield* inner()
      } finally {
        state.ended = true
      }
    },
  }
}

const broken = bytes.slice()
broken[0] = 0
const before0000 = bytes.slice()
new DataView(before0000.buffer).setBigInt64(32, -62_167_219_200_001n)
for (const [situation, content] of [
  ['99 bytes', bytes.subarray(0, HEADER_BYTES - 1)],
  ['another magic', broken],
  ['TXIDs of another file', fileBytes(key(0, 2n))],
  ['a maxTXID of another file', fileBytes(key(0, 1n, 2n))],
  ['a time before the year 0', before0000],
] as const) {
  test(`peekHeader: ${situation} → CLIENT_BAD_FILE, and the source is ended`, async () => {
    const { source, state } = watched(sourceOf(content))
    assert.ok(isClientError(await failureOf(peekHeader(file, source)), 'CLIENT_BAD_FILE'))
    assert.equal(state.ended, true)
  })
}

test('peekHeader: a body that nobody reads → disposal ends the source', async () => {
  const { source, state } = watched(sourceOf(bytes, 200))
  {
    await using _ = await peekHeader(file, source)
    assert.equal(state.ended, false)
  }
  assert.equal(state.ended, true)
})

test('peekHeader: the source fails after the header → the body throws it, and `failure` keeps it', async () => {
  const error = new Error('disk gone')
  await using peeked = await peekHeader(file, async function* () {
    yield bytes.subarray(0, 300)
    throw error
  })
  assert.equal(await failureOf(readAll(peeked.body)), error)
  assert.equal(peeked.failure?.error, error)
})

test('peekHeader: the source fails before the header → its error', async () => {
  const error = new Error('disk gone')
  const source: ByteSource = async function* () {
    yield bytes.subarray(0, 30)
    throw error
  }
  assert.equal(await failureOf(peekHeader(file, source)), error)
})

test('peekHeader: aborted while the body is read → the reason', async () => {
  const controller = new AbortController()
  await using peeked = await peekHeader(file, sourceOf(bytes, 200), controller.signal)
  const read = async (): Promise<void> => {
    for await (const _ of peeked.body) controller.abort('stop')
  }
  assert.equal(await failureOf(read()), 'stop')
})
