import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  FileDecoder,
  FileEncoder,
  formatChecksum,
  readPage,
  readPageIndex,
  type DecoderEvent,
  type Header,
  type ReadRange,
  type Trailer,
} from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'

/** `expect.json` of a case; its keys are described in `fixtures/README.md`. */
export interface Expected {
  readonly size: number
  readonly sha256: string
  readonly isSnapshot: boolean
  readonly noChecksum: boolean
  readonly header: Readonly<Record<string, number | string>>
  readonly pageCount: number
  readonly pages: readonly ExpectedPage[]
  readonly pagesLinesSha256?: string
  readonly endOfPagesOffset: number
  readonly pageIndex: { readonly offset: number; readonly size: number; readonly sizeFieldOffset: number }
  readonly trailer: {
    readonly offset: number
    readonly fileChecksum: string
    readonly postApplyChecksum: string
  }
  readonly database?: { readonly size: number; readonly sha256: string } | null
}

interface ExpectedPage {
  readonly pgno: number
  readonly offset: number
  readonly frameSize: number
  readonly encoding: 'block' | 'frame'
  readonly dataSha256: string
}

/** A decoded page that outlives the decoder. */
interface Page {
  readonly pageNumber: number
  readonly data: Uint8Array
  readonly frame: Uint8Array | null
}

interface Decoded {
  readonly header: Header
  readonly pages: readonly Page[]
  readonly trailer: Trailer
}

/** Everything in a file, with copies of what the decoder lends. `chunkBytes` cuts the input. */
export function decodeWhole(file: Uint8Array, chunkBytes: number = file.length): Decoded {
  const decoder = new FileDecoder()
  const events: DecoderEvent[] = []
  for (let at = 0; at < file.length; at += chunkBytes) {
    const lent = file.slice(at, at + chunkBytes)
    decoder.push(lent)
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) events.push(owned(event))
    lent.fill(0xee) // the decoder may not look at it any more
  }
  decoder.finishInput()
  const [first, last] = [events[0], events.at(-1)]
  assert(first?.kind === 'header' && last?.kind === 'end')
  const pages = events.slice(1, -1).map((event) => {
    assert(event.kind === 'page')
    return event
  })
  return { header: first.header, pages, trailer: last.trailer }
}

function owned(event: DecoderEvent): DecoderEvent {
  if (event.kind !== 'page') return event
  return { ...event, data: event.data.slice(), frame: event.frame?.slice() ?? null }
}

/** The file is what its description says. */
export async function checkDecoded(file: Uint8Array, expected: Expected): Promise<void> {
  assert.equal(file.length, expected.size)
  assert.equal(sha256(file), expected.sha256)
  const { header, pages, trailer } = decodeWhole(file, 1000)
  if (file.length < 3000) assert.deepEqual(decodeWhole(file, 1), { header, pages, trailer })
  assert.deepEqual(describeHeader(header), headerWithoutText(expected.header))
  assert.equal(header.noChecksum, expected.noChecksum)
  assert.equal(header.minTXID === 1n, expected.isSnapshot)
  assert.equal(formatChecksum(trailer.fileChecksum), expected.trailer.fileChecksum)
  assert.equal(formatChecksum(trailer.postApplyChecksum), expected.trailer.postApplyChecksum)

  const readRange: ReadRange = (start, end) => Promise.resolve(file.slice(start, end))
  const entries = await readPageIndex(readRange, file.length)
  assert.equal(pages.length, expected.pageCount)
  assert.equal(entries.length, expected.pageCount)
  const described: ExpectedPage[] = []
  for (const [i, entry] of entries.entries()) {
    const page = pages[i]
    assert.equal(page?.pageNumber, entry.pageNumber)
    const data = await readPage(readRange, entry, header.pageSize) // oxlint-disable-line no-await-in-loop
    assert.deepEqual(data, page.data)
    const encoding = page.frame === null ? 'frame' : 'block'
    const { pageNumber: pgno, offset, size: frameSize } = entry
    described.push({ pgno, offset, frameSize, encoding, dataSha256: sha256(page.data) })
  }
  checkPages(described, expected)
  checkLayout(entries.at(-1), file, expected)
  if (expected.database) checkDatabase(header, pages, expected.database)
}

/** A long file lists only its first and last pages, and a hash over all. */
function checkPages(described: readonly ExpectedPage[], expected: Expected): void {
  if (expected.pagesLinesSha256 === undefined) {
    assert.deepEqual(described, expected.pages)
    return
  }
  const lines = described.map((page) => `${page.pgno} ${page.offset} ${page.frameSize} ${page.dataSha256}\n`)
  assert.equal(sha256(lines.join('')), expected.pagesLinesSha256)
}

function checkLayout(
  last: { offset: number; size: number } | undefined,
  file: Uint8Array,
  expected: Expected,
): void {
  const { pageIndex, trailer, endOfPagesOffset } = expected
  assert.equal(last === undefined ? 100 : last.offset + last.size, endOfPagesOffset)
  assert.equal(endOfPagesOffset + 6, pageIndex.offset)
  assert.equal(pageIndex.offset + pageIndex.size, pageIndex.sizeFieldOffset)
  assert.equal(pageIndex.sizeFieldOffset + 8, trailer.offset)
  assert.equal(trailer.offset + 16, file.length)
}

function checkDatabase(
  header: Header,
  pages: readonly Page[],
  database: { size: number; sha256: string },
): void {
  const image = new Uint8Array(header.commit * header.pageSize)
  for (const { pageNumber, data } of pages) image.set(data, (pageNumber - 1) * header.pageSize)
  assert.equal(image.length, database.size)
  assert.equal(sha256(image), database.sha256)
}

/** Compressing the pages again gives a file with the same content. */
export function checkReencoded(file: Uint8Array): void {
  const { header, pages, trailer } = decodeWhole(file)
  const encoder = new FileEncoder(header)
  for (const { pageNumber, data } of pages) encoder.writePage(pageNumber, data)
  encoder.finish(trailer.postApplyChecksum)
  const again = encoder.take()
  assert.equal(again.length, encoder.bytesWritten)
  assert.deepEqual(decodeFileSpec(again), decodeFileSpec(file))
}

/** Copying the frames gives the same file, byte for byte (files in block format). */
export function checkCopied(file: Uint8Array): void {
  const { header, pages, trailer } = decodeWhole(file)
  if (pages.some(({ frame }) => frame === null)) return
  const encoder = new FileEncoder(header)
  for (const { data, frame } of pages) encoder.copyFrame(frame ?? new Uint8Array(0), data)
  assert.deepEqual(encoder.finish(trailer.postApplyChecksum), trailer)
  assert.deepEqual(encoder.take(), file)
}

function describeHeader(header: Header): Record<string, bigint | number | string> {
  return {
    magic: 'LTX1',
    flags: header.noChecksum ? 2 : 0,
    pageSize: header.pageSize,
    commit: header.commit,
    minTXID: header.minTXID,
    maxTXID: header.maxTXID,
    timestamp: BigInt(header.timestampMs),
    preApplyChecksum: formatChecksum(header.preApplyChecksum),
    walOffset: header.walOffset,
    walSize: header.walSize,
    walSalt1: header.walSalt1,
    walSalt2: header.walSalt2,
    nodeID: header.nodeId,
  }
}

/** JSON has no integers beyond 2^53: they stand there as decimal text. */
function headerWithoutText(
  header: Readonly<Record<string, number | string>>,
): Record<string, bigint | number | string> {
  const wide = new Set(['minTXID', 'maxTXID', 'timestamp', 'walOffset', 'walSize', 'nodeID'])
  const fields = Object.entries(header).filter(([name]) => !name.endsWith('Hex'))
  return Object.fromEntries(fields.map(([name, value]) => [name, wide.has(name) ? BigInt(value) : value]))
}

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}
