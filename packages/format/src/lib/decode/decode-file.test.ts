import assert from 'node:assert/strict'
import { test } from 'vitest'
import { decodeFileSpec, encodeFileSpec } from '../testing/file-spec.ts'
import type { DecoderEvent } from './decoder.ts'
import { decodeFile, readEvents, verifyFile } from './decode-file.ts'

const pages = [{ pageNumber: 1 }, { pageNumber: 2 }, { pageNumber: 3 }]
const file = encodeFileSpec({ pageSize: 512, commit: 3, minTXID: 1n, maxTXID: 2n, pages })

async function* chunked(
  bytes: Uint8Array,
  chunkBytes: number = 100,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes)
}

test('decodeFile: a listener that returns nothing, and one that waits → each event in order', async () => {
  for (const wait of [false, true]) {
    const kinds: string[] = []
    await decodeFile(chunked(file), (event) => {
      if (!wait) return void kinds.push(event.kind)
      return Promise.resolve().then(() => void kinds.push(event.kind))
    })
    assert.deepEqual(kinds, ['header', 'page', 'page', 'page', 'end'])
  }
})

test('decodeFile: what the listener throws → comes through, and the source is closed', async () => {
  let isClosed = false
  async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* chunked(file)
    } finally {
      isClosed = true
    }
  }
  const reason = new Error('stop')
  const refusing = decodeFile(source(), () => Promise.reject(reason))
  await assert.rejects(refusing, (error) => error === reason)
  assert(isClosed)
})

test('decodeFile and readEvents: a byte after the end, in a later chunk → LTX_BAD_FIELD and no end', async () => {
  const seen: string[] = []
  const longer = Uint8Array.of(...file, 0)
  const source = (): AsyncIterable<Uint8Array> => chunked(longer, file.length)
  await assert.rejects(
    decodeFile(source(), (event) => void seen.push(event.kind)),
    { code: 'LTX_BAD_FIELD' },
  )
  await assert.rejects(drained(readEvents(source()), seen), { code: 'LTX_BAD_FIELD' })
  assert(!seen.includes('end'))
})

test('decodeFile and readEvents: a source that ends early → LTX_TRUNCATED', async () => {
  const source = (): AsyncIterable<Uint8Array> => chunked(file.slice(0, -1))
  await assert.rejects(
    decodeFile(source(), () => {}),
    { code: 'LTX_TRUNCATED' },
  )
  await assert.rejects(drained(readEvents(source())), { code: 'LTX_TRUNCATED' })
  await assert.rejects(verifyFile(chunked(new Uint8Array(0))), { code: 'LTX_TRUNCATED' })
})

test('readEvents: pulled one by one → the events of the file', async () => {
  const pulled: Uint8Array[] = []
  for await (const event of readEvents(chunked(file)))
    if (event.kind === 'page') pulled.push(event.data.slice())
  assert.deepEqual(
    pulled,
    decodeFileSpec(file).pages.map(({ data }) => data),
  )
})

test('readEvents: left early → the source is closed', async () => {
  let isClosed = false
  async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* chunked(file)
    } finally {
      isClosed = true
    }
  }
  for await (const event of readEvents(source())) if (event.kind === 'page') break
  assert(isClosed)
})

test('verifyFile: a right file → its header, trailer, pages and length', async () => {
  const found = await verifyFile(chunked(file))
  assert.equal(found.pageCount, 3)
  assert.equal(found.bytes, file.length)
  assert.equal(found.header.maxTXID, 2n)
  assert.equal(found.trailer.postApplyChecksum, 0n)
})

async function drained(events: AsyncIterable<DecoderEvent>, seen: string[] = []): Promise<void> {
  for await (const event of events) seen.push(event.kind)
}
