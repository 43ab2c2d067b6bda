import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createHeader, encodeFile, readEvents, toTxid, verifyFile, type PageInput } from '@ltx/format'
import { decodeFileSpec, encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources, collected } from '../../test/array-source.ts'
import { SEED, seededBelow } from '../../test/random-history.ts'
import { mergeFiles } from './merge-files.ts'

const LOCK_PAGE = 16_385 // with pages of 65536 bytes

test('mergePages: an image over the lock page → complete without it', { timeout: 60_000 }, async () => {
  const header = { pageSize: 65_536, commit: LOCK_PAGE + 2, timestampMs: 0 }
  function* pages(): Generator<PageInput, void, undefined> {
    const data = new Uint8Array(65_536)
    for (let pageNumber = 1; pageNumber <= header.commit; pageNumber++) {
      data[0] = pageNumber & 255
      if (pageNumber !== LOCK_PAGE) yield { pageNumber, data }
    }
  }
  const image = createHeader({ ...header, minTXID: toTxid(1n), maxTXID: toTxid(1n) })
  const change = { ...header, minTXID: 2n, maxTXID: 2n, pages: [{ pageNumber: LOCK_PAGE + 1 }] }
  const sources = [{ open: () => encodeFile(image, pages()) }, new ArraySources().of(encodeFileSpec(change))]
  const merged = mergeFiles(sources)
  const { header: found, pageCount } = await verifyFile(merged)
  assert.equal(found.minTXID, 1n)
  assert.equal(pageCount, LOCK_PAGE + 1)
})

test('mergePages: changes on both sides of the lock page → both, in order', async () => {
  const spec = { pageSize: 65_536, commit: LOCK_PAGE + 1 }
  const files = [
    encodeFileSpec({ ...spec, minTXID: 2n, maxTXID: 2n, pages: [{ pageNumber: LOCK_PAGE + 1 }] }),
    encodeFileSpec({ ...spec, minTXID: 3n, maxTXID: 3n, pages: [{ pageNumber: LOCK_PAGE - 1 }] }),
  ]
  const sources = new ArraySources()
  const numbers: number[] = []
  for await (const event of readEvents(mergeFiles(files.map((file) => sources.of(file))))) {
    if (event.kind === 'page') numbers.push(event.pageNumber)
  }
  assert.deepEqual(numbers, [LOCK_PAGE - 1, LOCK_PAGE + 1])
})

test('mergePages: a large result → owned chunks of 64 KiB to 1 MiB, all but the last', async () => {
  const below = seededBelow(SEED)
  const pages = Array.from({ length: 300 }, (_, i) => ({
    pageNumber: i + 1,
    data: Uint8Array.from({ length: 4096 }, () => below(256)),
  }))
  const file = encodeFileSpec({ pageSize: 4096, commit: 300, minTXID: 2n, maxTXID: 2n, pages })
  const copies: Uint8Array[] = []
  const chunks: Uint8Array[] = []
  for await (const chunk of mergeFiles([new ArraySources().of(file)])) {
    chunks.push(chunk)
    copies.push(chunk.slice())
  }
  assert.deepEqual(chunks, copies)
  for (const chunk of chunks.slice(0, -1)) assert.ok(chunk.length >= 65_536 && chunk.length <= 1_048_576)
  assert.deepEqual(decodeFileSpec(Buffer.concat(chunks)).pages, pages)
})

test('mergePages: pages in the older LZ4-frame format → the same pages as blocks', async () => {
  const old = new Uint8Array(readFileSync(new URL('../../fixtures/frame-v051-incr-512.ltx', import.meta.url)))
  const { pages } = decodeFileSpec(old)
  assert(pages.length > 0)
  const { bytes } = await collected(mergeFiles([new ArraySources().of(old)]))
  assert.deepEqual(decodeFileSpec(bytes).pages, pages)
  for await (const event of readEvents(new ArraySources().of(bytes).open())) {
    if (event.kind === 'page') assert(event.frame !== null)
  }
})
