import { frameBytes, frameOffset } from './frame-offset.ts'
import { isPageSize } from './page-size.ts'
import { viewOf } from './view-of.ts'
import { walChecksum } from './wal-checksum.ts'
import { WAL_FRAME_AT, WAL_FRAME_HEADER_BYTES } from './wal-frame-header.ts'
import {
  WAL_HEADER_AT,
  WAL_HEADER_BYTES,
  WAL_MAGIC_BIG_ENDIAN,
  WAL_MAGIC_LITTLE_ENDIAN,
  WAL_VERSION,
} from './wal-header.ts'

export interface WalPageSpec {
  readonly pageNumber: number
  /** `pageSize` bytes; a pattern made of the page number and the frame's place when absent. */
  readonly data?: Uint8Array | undefined
}

export interface WalTransactionSpec {
  readonly pages: readonly WalPageSpec[]
  /** Database size in pages after it; 0: it never ends. */
  readonly commit: number
}

/** A whole WAL as a plain value. */
export interface WalSpec {
  readonly pageSize: number
  /** Byte order of checksum words; true when absent, as on the machines that we run on. */
  readonly littleEndian?: boolean | undefined
  readonly salts?: readonly [number, number] | undefined
  readonly sequence?: number | undefined
  readonly transactions: readonly WalTransactionSpec[]
}

/** The bytes of a WAL as SQLite would have written it. */
export function buildWal(spec: WalSpec): Uint8Array {
  const {
    pageSize,
    littleEndian = true,
    salts = [0x1234_5678, 0x9abc_def0],
    sequence = 0,
    transactions,
  } = spec
  if (!isPageSize(pageSize)) throw new RangeError(`page size ${pageSize}`)
  const frameCount = transactions.reduce((count, { pages }) => count + pages.length, 0)
  const wal = new Uint8Array(frameOffset(frameCount, pageSize))
  const view = viewOf(wal)
  view.setUint32(WAL_HEADER_AT.magic, littleEndian ? WAL_MAGIC_LITTLE_ENDIAN : WAL_MAGIC_BIG_ENDIAN)
  view.setUint32(WAL_HEADER_AT.version, WAL_VERSION)
  view.setUint32(WAL_HEADER_AT.pageSize, pageSize)
  view.setUint32(WAL_HEADER_AT.sequence, sequence)
  view.setUint32(WAL_HEADER_AT.salt1, salts[0])
  view.setUint32(WAL_HEADER_AT.salt2, salts[1])
  let frameIndex = 0
  for (const { pages, commit } of transactions) {
    for (const [pageIndex, page] of pages.entries()) {
      const start = frameOffset(frameIndex, pageSize)
      const data = page.data ?? patternPage(pageSize, page.pageNumber * 31 + frameIndex)
      if (data.length !== pageSize) throw new RangeError(`page ${page.pageNumber} has ${data.length} bytes`)
      view.setUint32(start + WAL_FRAME_AT.pageNumber, page.pageNumber)
      view.setUint32(start + WAL_FRAME_AT.commit, pageIndex === pages.length - 1 ? commit : 0)
      view.setUint32(start + WAL_FRAME_AT.salt1, salts[0])
      view.setUint32(start + WAL_FRAME_AT.salt2, salts[1])
      wal.set(data, start + WAL_FRAME_HEADER_BYTES)
      frameIndex++
    }
  }
  return rechecksummed(wal)
}

/**
 * A copy in which every checksum fits the bytes, in the byte order and page size that the header names: for a WAL that was altered
 * on purpose and shall not be refused for its checksum.
 */
export function rechecksummed(wal: Uint8Array): Uint8Array {
  const result = new Uint8Array(wal) // slice() of a Buffer is no copy
  const view = viewOf(result)
  const littleEndian = view.getUint32(WAL_HEADER_AT.magic) !== WAL_MAGIC_BIG_ENDIAN
  const pageSize = view.getUint32(WAL_HEADER_AT.pageSize)
  let sum = walChecksum([0, 0], result.subarray(0, WAL_HEADER_AT.checksum), littleEndian)
  view.setUint32(WAL_HEADER_AT.checksum, sum[0])
  view.setUint32(WAL_HEADER_AT.checksum + 4, sum[1])
  const size = frameBytes(pageSize)
  for (let start = WAL_HEADER_BYTES; start + size <= result.length; start += size) {
    sum = walChecksum(sum, result.subarray(start, start + WAL_FRAME_AT.salt1), littleEndian)
    sum = walChecksum(sum, result.subarray(start + WAL_FRAME_HEADER_BYTES, start + size), littleEndian)
    view.setUint32(start + WAL_FRAME_AT.checksum, sum[0])
    view.setUint32(start + WAL_FRAME_AT.checksum + 4, sum[1])
  }
  return result
}

function patternPage(pageSize: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: pageSize }, (_, index) => (seed + index * 7) & 0xff)
}
