import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentEnv } from '../../test/silent-env.ts'
import { assertSameBytes, failureOf, fileBytes, key, readAll } from './conformance/material.ts'
import { ClientError, isClientError } from './errors.ts'
import type { ReadOptions, ReplicaClient } from './replica-client.ts'
import { resumeRead, type ResumeReadOptions } from './resume-read.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, { size: 1000 })
const unreachable = new ClientError('CLIENT_UNREACHABLE', 'reset')

/** What one opening does: deliver so many bytes, then end, fail, or deliver all that was asked for. */
type Opening = { readonly bytes?: number; readonly ends: 'early' | 'complete' | Error }

/** A client whose n-th reading does what the n-th opening says; the last one is repeated. */
function scripted(
  ...openings: readonly Opening[]
): Pick<ReplicaClient, 'readFile'> & { ranges: ReadOptions[] } {
  const ranges: ReadOptions[] = []
  return {
    ranges,
    async *readFile(_file, options = {}) {
      const { bytes: count = 0, ends } = openings[Math.min(ranges.length, openings.length - 1)] ?? {
        ends: 'early',
      }
      ranges.push(options)
      const asked = bytes.subarray(options.start ?? 0, options.end)
      const delivered = ends === 'complete' ? asked : asked.subarray(0, count)
      for (let at = 0; at < delivered.length; at += 300) yield delivered.slice(at, at + 300)
      if (ends instanceof Error) throw ends
    },
  }
}

function read(client: Pick<ReplicaClient, 'readFile'>, options: ResumeReadOptions = {}): Promise<Uint8Array> {
  return readAll(resumeRead(client, silentEnv(), file, options))
}

test('resumeRead: nothing fails → one opening', async () => {
  const client = scripted({ ends: 'complete' })
  assertSameBytes(await read(client, { size: 1000 }), bytes, 'the file')
  assert.equal(client.ranges.length, 1)
})

test('resumeRead: broken off twice → goes on at the bytes delivered', async () => {
  const client = scripted(
    { bytes: 137, ends: unreachable },
    { bytes: 600, ends: unreachable },
    { ends: 'complete' },
  )
  assertSameBytes(await read(client, { size: 1000 }), bytes, 'the file')
  assert.deepEqual(
    client.ranges.map(({ start }) => start),
    [0, 137, 737],
  )
})

test('resumeRead: openings that fail → tried again', async () => {
  const client = scripted({ ends: unreachable }, { ends: unreachable }, { ends: 'complete' })
  assertSameBytes(await read(client), bytes, 'the file')
  assert.equal(client.ranges.length, 3)
})

test('resumeRead: a clean end too early, size known → noticed and resumed', async () => {
  const client = scripted({ bytes: 999, ends: 'early' }, { ends: 'complete' })
  assertSameBytes(await read(client, { size: 1000 }), bytes, 'the file')
  assert.deepEqual(
    client.ranges.map(({ start }) => start),
    [0, 999],
  )
})

test('resumeRead: always a clean end too early → CLIENT_UNREACHABLE, not short bytes', async () => {
  const client = scripted({ bytes: 0, ends: 'early' })
  assert.ok(isClientError(await failureOf(read(client, { size: 1000 })), 'CLIENT_UNREACHABLE'))
  assert.equal(client.ranges.length, 7)
})

test('resumeRead: broken off exactly at the end, size known → complete without another opening (litestream W12)', async () => {
  const client = scripted({ bytes: 1000, ends: unreachable })
  assertSameBytes(await read(client, { size: 1000 }), bytes, 'the file')
  assert.equal(client.ranges.length, 1)
})

test('resumeRead: one byte for each connection → the budget refills, and all bytes come', async () => {
  const client = scripted({ bytes: 1, ends: unreachable })
  assertSameBytes(await read(client, { size: 1000, retries: { retriesMax: 1 } }), bytes, 'the file')
  assert.equal(client.ranges.length, 1000)
})

test('resumeRead: no progress → as many retries as allowed, then the failure itself', async () => {
  const client = scripted({ bytes: 10, ends: unreachable }, { ends: unreachable })
  assert.equal(await failureOf(read(client, { size: 1000, retries: { retriesMax: 4 } })), unreachable)
  assert.equal(client.ranges.length, 1 + 4)
})

test('resumeRead: failures past the deadline → final, in spite of progress', async () => {
  const client = scripted({ bytes: 1, ends: unreachable })
  assert.equal(await failureOf(read(client, { size: 1000, retries: { deadlineMs: 2000 } })), unreachable)
  assert.ok(client.ranges.length > 3)
})

test('resumeRead: a missing file → thrown at once', async () => {
  const missing = new ClientError('CLIENT_NOT_FOUND', 'x')
  const client = scripted({ ends: missing })
  assert.equal(await failureOf(read(client, { size: 1000 })), missing)
  assert.equal(client.ranges.length, 1)
})

test('resumeRead: more bytes than the size → CLIENT_UNEXPECTED', async () => {
  const error = await failureOf(read(scripted({ ends: 'complete' }), { size: 999 }))
  assert.ok(isClientError(error, 'CLIENT_UNEXPECTED'))
})

test('resumeRead: a range, broken off → goes on within it, and a size beyond it does not matter', async () => {
  for (const size of [1000, undefined]) {
    const client = scripted({ bytes: 50, ends: unreachable }, { ends: 'complete' })
    assertSameBytes(await read(client, { start: 100, end: 400, size }), bytes.subarray(100, 400), 'the range')
    assert.deepEqual(
      client.ranges.map(({ start, end }) => [start, end]),
      [
        [100, 400],
        [150, 400],
      ],
    )
  }
})

test('resumeRead: the signal fires between chunks → its reason, no retry', async () => {
  const controller = new AbortController()
  const client = scripted({ bytes: 300, ends: unreachable })
  const reading = async (): Promise<void> => {
    const chunks = resumeRead(client, silentEnv(), file, { size: 1000, signal: controller.signal })
    for await (const _ of chunks) controller.abort('stop')
  }
  assert.equal(await failureOf(reading()), 'stop')
  assert.equal(client.ranges.length, 1)
})
