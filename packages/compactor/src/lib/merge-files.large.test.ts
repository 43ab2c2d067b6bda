import assert from 'node:assert/strict'
import { createHeader, encodeFile, readEvents, toTxid, verifyFile, type PageInput } from '@ltx/format'
import { decodeFileSpec, encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources, collected } from '../../test/array-source.ts'
import { SEED, REPLAY, seededBelow } from '../../test/random-history.ts'
import { mergeFiles } from './merge-files.ts'
import { LARGE_INPUTS_MAX, OPEN_INPUTS_MAX, SMALL_INPUT_BYTES_MAX } from './open-inputs.ts'

test('mergeFiles: 3000 small inputs → the newest pages, and few are open at once', async () => {
  const sources = new ArraySources(65_536)
  const files = Array.from({ length: 3000 }, (_, i) => {
    const txid = BigInt(i + 5)
    const pages = [{ pageNumber: 1 }, { pageNumber: 2 + (i % 700) }]
    return encodeFileSpec({ pageSize: 512, commit: 800, minTXID: txid, maxTXID: txid, pages })
  })
  const { bytes, result } = await collected(mergeFiles(files.map((file) => sources.of(file))))
  assert.equal(result.pages, 701)
  assert.equal(sources.opened, 3000)
  assert.ok(sources.openMax <= OPEN_INPUTS_MAX, `${sources.openMax} open at once`)
  const { pages, maxTXID } = decodeFileSpec(bytes)
  assert.equal(maxTXID, 3004n)
  const newest = new Map(
    files.flatMap((file) => decodeFileSpec(file).pages.map((page) => [page.pageNumber, page.data])),
  )
  for (const { pageNumber, data } of pages) assert.deepEqual(data, newest.get(pageNumber))
})

test('mergeFiles: 3000 inputs with a broken one → COMPACT_CORRUPT, with its index and name', async () => {
  const sources = new ArraySources()
  const files = Array.from({ length: 300 }, (_, i) => {
    const txid = BigInt(i + 5)
    return encodeFileSpec({
      pageSize: 512,
      commit: 3,
      minTXID: txid,
      maxTXID: txid,
      pages: [{ pageNumber: 2 }],
    })
  })
  files[217] = files[217]!.with(200, files[217]![200]! ^ 4)
  const merging = mergeFiles(files.map((file, i) => sources.of(file, `file-${i}`)))
  await assert.rejects(collected(merging), {
    code: 'COMPACT_CORRUPT',
    inputIndex: 217,
    message: /file-217: /,
  })
  assert.equal(sources.open, 0)
})

test('mergeFiles: many inputs, every third larger than what is bundled → the newest pages, bounded open', async () => {
  const below = seededBelow(SEED)
  const sources = new ArraySources(65_536)
  const noise = Uint8Array.from({ length: 65_536 }, () => below(256))
  const versions = new Map<number, number>()
  const files = Array.from({ length: 130 }, (_, i) => {
    const numbers = i % 3 === 0 ? [1, 2, 3, 4, 5].map((n) => n + below(20)) : [1 + below(30)]
    const pages = [...new Set(numbers)]
      .sort((a, b) => a - b)
      .map((pageNumber) => {
        versions.set(pageNumber, i)
        return { pageNumber, data: noise.with(0, i) }
      })
    const txid = BigInt(i + 5)
    return encodeFileSpec({ pageSize: 65_536, commit: 40, minTXID: txid, maxTXID: txid, pages })
  })
  assert.ok(files.filter((file) => file.length > SMALL_INPUT_BYTES_MAX).length > LARGE_INPUTS_MAX)
  const { bytes } = await collected(mergeFiles(files.map((file) => sources.of(file))))
  const found = decodeFileSpec(bytes).pages.map(({ pageNumber, data }) => [pageNumber, data[0]!])
  assert.deepEqual(
    found,
    [...versions].sort(([a], [b]) => a - b),
    REPLAY,
  )
  assert.ok(sources.openMax <= OPEN_INPUTS_MAX + LARGE_INPUTS_MAX, `${sources.openMax} open at once`)
  assert.equal(sources.open, 0)
})

const LOCK_PAGE = 16_385 // with pages of 65536 bytes

test('mergeFiles: an image over the lock page → complete without it', { timeout: 60_000 }, async () => {
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

test('mergeFiles: changes on both sides of the lock page → both, in order', async () => {
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

test('mergeFiles: a large result → owned chunks of 64 KiB to 1 MiB, all but the last', async () => {
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
