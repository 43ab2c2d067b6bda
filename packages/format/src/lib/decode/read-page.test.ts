import assert from 'node:assert/strict'
import { test } from 'vitest'
import { viewOf } from '../bytes/view-of.ts'
import { PAGE_INDEX_BYTES_MAX } from '../constants.ts'
import type { FormatErrorCode } from '../errors.ts'
import { PackedIndex } from '../file/packed-index.ts'
import type { PageIndexEntry } from '../file/page-index.ts'
import { truncated, withByte, withBytes } from '../testing/break-file.ts'
import { encodeFileSpec } from '../testing/file-spec.ts'
import { patternedPage } from '../testing/patterned-page.ts'
import { INDEX_TAIL_BYTES, readPage, readPageIndex, type ReadRange } from './read-page.ts'

/** Reads from memory and notes each range. */
function reading(file: Uint8Array): { readRange: ReadRange; ranges: [number, number][] } {
  const ranges: [number, number][] = []
  return {
    ranges,
    readRange: (start, end) => {
      ranges.push([start, end])
      return Promise.resolve(file.slice(start, end))
    },
  }
}

function fileOf(pageCount: number): Uint8Array {
  const pages = Array.from({ length: pageCount }, (_, i) => ({ pageNumber: i + 1 }))
  return encodeFileSpec({ pageSize: 512, commit: pageCount, minTXID: 1n, maxTXID: 8n, pages })
}

const small = fileOf(3)
const large = fileOf(6000)

test('readPageIndex and readPage: a small file → one read for the index, one a page', async () => {
  const { readRange, ranges } = reading(small)
  const entries = await readPageIndex(readRange, small.length)
  assert.deepEqual(ranges, [[100, small.length]])
  assert.deepEqual(
    entries.map(({ pageNumber }) => pageNumber),
    [1, 2, 3],
  )
  for (const entry of entries) {
    const page = await readPage(readRange, entry, 512) // oxlint-disable-line no-await-in-loop
    assert.deepEqual(page, patternedPage(512, entry.pageNumber, 8n))
  }
  assert.equal(ranges.length, 4)
})

test('readPageIndex: an index longer than the tail → one more read, for the missing part only', async () => {
  const { readRange, ranges } = reading(large)
  const entries = await readPageIndex(readRange, large.length)
  assert.equal(entries.length, 6000)
  assert.equal(ranges.length, 2)
  assert.deepEqual(ranges[0], [large.length - INDEX_TAIL_BYTES, large.length])
  assert.equal(ranges[1]?.[1], large.length - INDEX_TAIL_BYTES)
  assert.equal(ranges[1]?.[0], (entries.at(-1)?.offset ?? 0) + (entries.at(-1)?.size ?? 0) + 6)
})

test('readPageIndex: a file of no page → nothing', async () => {
  const file = encodeFileSpec({ pageSize: 512, commit: 3, minTXID: 2n, maxTXID: 2n, pages: [] })
  assert.deepEqual(await readPageIndex(reading(file).readRange, file.length), [])
})

test('readPageIndex: a file of 5 GiB → offsets beyond 4 GiB', async () => {
  const index = new PackedIndex()
  const frames = 80_000
  for (let pageNumber = 1; pageNumber <= frames; pageNumber++) index.append(pageNumber, 65_550)
  const indexStart = 100 + frames * 65_550 + 6
  const tail = new Uint8Array(index.indexBytes + 24)
  let at = 0
  for (const piece of index.pieces()) {
    tail.set(piece, at)
    at += piece.length
  }
  viewOf(tail).setBigUint64(at, BigInt(index.indexBytes))
  const readRange: ReadRange = (start, end) =>
    Promise.resolve(tail.slice(start - indexStart, end - indexStart))
  const entries = await readPageIndex(readRange, indexStart + tail.length)
  assert.deepEqual(entries.at(-1), { pageNumber: frames, offset: 100 + (frames - 1) * 65_550, size: 65_550 })
})

const sizeAt = small.length - 24
const hostile: readonly [situation: string, Uint8Array, FormatErrorCode][] = [
  ['130 bytes', truncated(small, 130), 'LTX_TRUNCATED'],
  ['an index size of 0', withByte(small, sizeAt + 7, 0), 'LTX_LIMIT_EXCEEDED'],
  [
    'an index size of 2^64-2^20',
    withBytes(small, sizeAt, [255, 255, 255, 255, 255, 240, 0, 0]),
    'LTX_LIMIT_EXCEEDED',
  ],
  ['an index size of 2^40', withBytes(small, sizeAt, [0, 0, 1, 0, 0, 0, 0, 0]), 'LTX_LIMIT_EXCEEDED'],
  [
    'an index size that reaches into the header',
    withBytes(small, sizeAt + 6, [small.length >> 8, small.length & 255]),
    'LTX_LIMIT_EXCEEDED',
  ],
  ['an index size of 1', withByte(small, sizeAt + 7, 1), 'LTX_BAD_FIELD'],
  ['the last byte missing', truncated(small, -1), 'LTX_LIMIT_EXCEEDED'],
]

for (const [situation, file, code] of hostile) {
  test(`readPageIndex: ${situation} → ${code}`, async () => {
    await assert.rejects(readPageIndex(reading(file).readRange, file.length), { name: 'FormatError', code })
  })
}

test('readPageIndex: an index beyond the limit in a huge file → LTX_LIMIT_EXCEEDED before it is fetched', async () => {
  const fileBytes = 2 ** 40
  let fetched = 0
  const readRange: ReadRange = (start, end) => {
    fetched += end - start
    const bytes = new Uint8Array(end - start)
    viewOf(bytes).setBigUint64(bytes.length - 24, BigInt(PAGE_INDEX_BYTES_MAX + 1))
    return Promise.resolve(bytes)
  }
  await assert.rejects(readPageIndex(readRange, fileBytes), { code: 'LTX_LIMIT_EXCEEDED' })
  assert.equal(fetched, INDEX_TAIL_BYTES)
})

test('readPageIndex: a wrong length of the file → FormatError', async () => {
  for (const bytes of [small.length - 1, small.length + 1]) {
    await assert.rejects(readPageIndex(reading(small).readRange, bytes), { name: 'FormatError' }) // oxlint-disable-line no-await-in-loop
  }
  await assert.rejects(readPageIndex(reading(small).readRange, -1), RangeError)
})

test('readPageIndex: a range that comes back longer → LTX_LIMIT_EXCEEDED', async () => {
  await assert.rejects(
    readPageIndex(() => Promise.resolve(new Uint8Array(100_000)), small.length),
    { code: 'LTX_LIMIT_EXCEEDED' },
  )
})

test('readPageIndex: what the range reader throws → comes through', async () => {
  const reason = new Error('gone')
  await assert.rejects(
    readPageIndex(() => Promise.reject(reason), 1000),
    (error) => error === reason,
  )
})

const wrongEntries: readonly [
  situation: string,
  change: (entries: PageIndexEntry[]) => Partial<PageIndexEntry>,
  FormatErrorCode,
][] = [
  ['another page there', () => ({ pageNumber: 2 }), 'LTX_PAGE_ORDER'],
  ['a frame one byte short', ([entry]) => ({ size: (entry?.size ?? 0) - 1 }), 'LTX_TRUNCATED'],
  ['a frame one byte long', ([entry]) => ({ size: (entry?.size ?? 0) + 1 }), 'LTX_BAD_FIELD'],
  ['a frame of ten bytes', () => ({ size: 10 }), 'LTX_LIMIT_EXCEEDED'],
  ['a frame of 4 GiB', () => ({ size: 2 ** 32 }), 'LTX_LIMIT_EXCEEDED'],
  ['a place behind the end', () => ({ offset: small.length - 20 }), 'LTX_TRUNCATED'],
]

for (const [situation, change, code] of wrongEntries) {
  test(`readPage: ${situation} → ${code}`, async () => {
    const { readRange } = reading(small)
    const entries = await readPageIndex(readRange, small.length)
    const entry = { pageNumber: 1, offset: 100, size: 0, ...entries[0], ...change(entries) }
    await assert.rejects(readPage(readRange, entry, 512), { name: 'FormatError', code })
  })
}

test('readPage: another page size → LTX_BAD_FIELD; no page size → RangeError', async () => {
  const { readRange } = reading(small)
  const [entry] = await readPageIndex(readRange, small.length)
  assert(entry)
  await assert.rejects(readPage(readRange, entry, 1024), { code: 'LTX_BAD_FIELD' })
  await assert.rejects(readPage(readRange, entry, 1000), RangeError)
})
