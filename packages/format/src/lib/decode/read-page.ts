import { sharedKernels } from '@ltx/kernels'
import { isPageSize } from '@ltx/wal'
import { viewOf } from '../bytes/view-of.ts'
import {
  FILE_BYTES_MIN,
  HEADER_BYTES,
  INDEX_SIZE_BYTES,
  PAGE_HEADER_BYTES,
  PAGE_INDEX_BYTES_MAX,
  TRAILER_BYTES,
} from '../constants.ts'
import type { KernelOptions } from '../kernel-options.ts'
import { FormatError } from '../errors.ts'
import { decodePage, FRAME_BYTES_MAX, FRAME_BYTES_MIN } from '../file/page-frame.ts'
import { decodePageIndex, type PageIndexEntry } from '../file/page-index.ts'

/** Fetches bytes `start` up to but not including `end` of a file; the result is the caller's. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>

/** How much of a file's end is fetched first: as much as Litestream does, enough for some 3000 pages. */
export const INDEX_TAIL_BYTES = 32_768

/**
 * Finds every page of a file without reading its pages: one read of its last {@link INDEX_TAIL_BYTES}, and one more when
 * the index is longer.
 *
 * The checksum of the file does not vouch for the result, since most of the file is not read.
 *
 * @param fileBytes Length of the file. A wrong one is noticed.
 * @throws {FormatError} every code but `LTX_BAD_MAGIC`. What `readRange` throws comes through.
 * @see litestream `FetchPageIndex`, which crashes for hostile sizes (fixture `bad/index-size-huge`)
 */
export async function readPageIndex(readRange: ReadRange, fileBytes: number): Promise<PageIndexEntry[]> {
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 0) throw new RangeError(`file of ${fileBytes} bytes`)
  if (fileBytes < FILE_BYTES_MIN) {
    throw new FormatError('LTX_TRUNCATED', fileBytes, `the smallest file has ${FILE_BYTES_MIN} bytes`)
  }
  const tailStart = Math.max(HEADER_BYTES, fileBytes - INDEX_TAIL_BYTES)
  const tail = await readExactly(readRange, tailStart, fileBytes)
  const indexEnd = fileBytes - TRAILER_BYTES - INDEX_SIZE_BYTES
  const claimed = viewOf(tail).getBigUint64(indexEnd - tailStart)
  const indexBytesMax = Math.min(indexEnd - HEADER_BYTES - PAGE_HEADER_BYTES, PAGE_INDEX_BYTES_MAX)
  if (claimed === 0n || claimed > BigInt(indexBytesMax)) {
    throw new FormatError('LTX_LIMIT_EXCEEDED', indexEnd, `page index claims ${claimed} bytes`)
  }
  const indexStart = indexEnd - Number(claimed)
  const inTail = tail.subarray(Math.max(0, indexStart - tailStart), indexEnd - tailStart)
  const before = indexStart < tailStart ? await readExactly(readRange, indexStart, tailStart) : null
  const index = before === null ? inTail : joined(before, inTail)
  return decodePageIndex(index, indexStart, indexStart - PAGE_HEADER_BYTES)
}

/**
 * Fetches and decompresses one page.
 *
 * @param entry From {@link readPageIndex} of the same file. @param pageSize From its header, in bytes.
 * @returns `pageSize` bytes, owned.
 * @throws {FormatError} `LTX_PAGE_ORDER` when another page stands there; else every code but `LTX_BAD_MAGIC`.
 */
export async function readPage(
  readRange: ReadRange,
  entry: PageIndexEntry,
  pageSize: number,
  options: KernelOptions = {},
): Promise<Uint8Array> {
  if (!isPageSize(pageSize)) throw new RangeError(`page size ${pageSize}`)
  const { pageNumber, offset, size } = entry
  if (size < FRAME_BYTES_MIN || size > FRAME_BYTES_MAX) {
    throw new FormatError('LTX_LIMIT_EXCEEDED', offset, `frame of ${size} bytes`)
  }
  const frame = await readExactly(readRange, offset, offset + size)
  const page = decodePage(options.kernels ?? sharedKernels(), frame, pageSize, offset)
  if (page.pageNumber !== pageNumber) {
    throw new FormatError(
      'LTX_PAGE_ORDER',
      offset,
      `page ${page.pageNumber} where page ${pageNumber} should be`,
    )
  }
  return page.data
}

async function readExactly(readRange: ReadRange, start: number, end: number): Promise<Uint8Array> {
  const bytes = await readRange(start, end)
  if (bytes.length < end - start) {
    throw new FormatError('LTX_TRUNCATED', start + bytes.length, `${end - start} bytes were asked for`)
  }
  if (bytes.length > end - start) {
    throw new FormatError(
      'LTX_LIMIT_EXCEEDED',
      end,
      `${bytes.length} bytes where ${end - start} were asked for`,
    )
  }
  return bytes
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}
