import { lz4Bound, type Kernels } from '@ltx/kernels'
import { readUint16, readUint32 } from '../bytes/read-uint.ts'
import { BLOCK_SIZE_BYTES, PAGE_BYTES_MAX, PAGE_FLAG_BLOCK, PAGE_HEADER_BYTES } from '../constants.ts'
import { FormatError } from '../errors.ts'
import { LZ4_FRAME_HEADER_BYTES_MIN } from '../lz4-frame-header.ts'
import { decodeLz4Frame, lz4FrameExtent, LZ4_FRAME_BLOCKS_MAX } from '../lz4-frame.ts'

const AT = {
  pageNumber: 0, // 4  1 …; 0 with flags 0 ends the pages
  flags: 4, //      2  bit 0: a block follows; else a whole LZ4 frame
  blockBytes: 6, // 4  only with flag bit 0
} as const

/** Bytes in front of an LZ4 block: page header and block size. */
export const BLOCK_FRAME_HEADER_BYTES: number = PAGE_HEADER_BYTES + BLOCK_SIZE_BYTES

/** Bytes of the shortest frame of either kind: no block is empty. */
export const FRAME_BYTES_MIN: number = BLOCK_FRAME_HEADER_BYTES + 1

/** Longest frame that the encoder makes of a page. */
export function blockFrameBytesMax(pageSize: number): number {
  return BLOCK_FRAME_HEADER_BYTES + lz4Bound(pageSize)
}

/** No frame of either kind is longer: old frames may have several blocks, each with its size and checksum. */
export const FRAME_BYTES_MAX: number =
  PAGE_HEADER_BYTES + 15 + LZ4_FRAME_BLOCKS_MAX * (8 + blockFrameBytesMax(PAGE_BYTES_MAX)) + 8

/** What stands in front of a page's data. */
export interface PageHeader {
  readonly pageNumber: number
  /** An LZ4 block with its size; false: an LZ4 frame, or the end of the pages when `pageNumber` is 0. */
  readonly isBlock: boolean
}

/**
 * @param bytes {@link PAGE_HEADER_BYTES} at least, from `at` on. Borrowed.
 * @param offset Of the frame in the file, for errors.
 * @throws {FormatError} `LTX_BAD_FIELD` for unknown flags, and for page 0 with any.
 */
export function readPageHeader(bytes: Uint8Array, at: number, offset: number): PageHeader {
  const pageNumber = readUint32(bytes, at + AT.pageNumber)
  const flags = readUint16(bytes, at + AT.flags)
  if ((flags & ~PAGE_FLAG_BLOCK) !== 0 || (pageNumber === 0 && flags !== 0)) {
    throw new FormatError('LTX_BAD_FIELD', offset + AT.flags, `page ${pageNumber} has flags ${flags}`)
  }
  return { pageNumber, isBlock: flags === PAGE_FLAG_BLOCK }
}

/**
 * Length of a block frame, from its size field.
 *
 * @param bytes {@link BLOCK_FRAME_HEADER_BYTES} at least, from `at` on. Borrowed.
 * @throws {FormatError} `LTX_LIMIT_EXCEEDED` when the block is longer than any page of this size needs; `LTX_BAD_FIELD` when
 *   it is empty.
 */
export function blockFrameBytes(bytes: Uint8Array, at: number, pageSize: number, offset: number): number {
  const blockBytes = readUint32(bytes, at + AT.blockBytes)
  if (blockBytes === 0) throw new FormatError('LTX_BAD_FIELD', offset + AT.blockBytes, 'page without data')
  if (blockBytes > lz4Bound(pageSize)) {
    throw new FormatError('LTX_LIMIT_EXCEEDED', offset + AT.blockBytes, `page claims ${blockBytes} bytes`)
  }
  return BLOCK_FRAME_HEADER_BYTES + blockBytes
}

/**
 * Decompresses one whole frame of either kind, away from its file: nothing vouches for it but the LZ4 format.
 *
 * @param frame Page header and everything after it; borrowed.
 * @param offset Of the frame in the file, for errors.
 * @returns The page number and `pageSize` bytes, owned.
 * @throws {FormatError} `LTX_TRUNCATED`, `LTX_BAD_FIELD`, `LTX_LIMIT_EXCEEDED`, `LTX_CHECKSUM_MISMATCH`
 */
export function decodePage(
  kernels: Kernels,
  frame: Uint8Array,
  pageSize: number,
  offset: number,
): { pageNumber: number; data: Uint8Array } {
  if (frame.length < FRAME_BYTES_MIN)
    throw new FormatError('LTX_TRUNCATED', offset + frame.length, 'page frame')
  const { pageNumber, isBlock } = readPageHeader(frame, 0, offset)
  if (pageNumber === 0) throw new FormatError('LTX_BAD_FIELD', offset, 'end of pages where a page should be')
  const extent = isBlock
    ? blockFrameBytes(frame, 0, pageSize, offset)
    : oldFrameBytes(frame.subarray(PAGE_HEADER_BYTES), pageSize, offset)
  if (extent > frame.length) throw new FormatError('LTX_TRUNCATED', offset + frame.length, 'page frame')
  if (extent < frame.length) throw new FormatError('LTX_BAD_FIELD', offset + extent, 'bytes after the page')
  const data = new Uint8Array(pageSize)
  if (!isBlock) {
    decodeLz4Frame(kernels, frame.subarray(PAGE_HEADER_BYTES), data, offset + PAGE_HEADER_BYTES)
  } else if (kernels.decompressBlock(frame.subarray(BLOCK_FRAME_HEADER_BYTES), data) !== pageSize) {
    throw new FormatError('LTX_BAD_FIELD', offset, `page ${pageNumber} does not decompress to a page`)
  }
  return { pageNumber, data }
}

function oldFrameBytes(lz4Frame: Uint8Array, pageSize: number, offset: number): number {
  if (lz4Frame.length < LZ4_FRAME_HEADER_BYTES_MIN) return PAGE_HEADER_BYTES + LZ4_FRAME_HEADER_BYTES_MIN
  return PAGE_HEADER_BYTES + lz4FrameExtent(lz4Frame, pageSize, offset + PAGE_HEADER_BYTES).bytes
}

/** Of a whole frame of block format. @throws {RangeError} for anything else */
export function blockFramePageNumber(frame: Uint8Array, pageSize: number): number {
  if (frame.length <= BLOCK_FRAME_HEADER_BYTES) throw new RangeError(`frame of ${frame.length} bytes`)
  let isOneFrame: boolean
  try {
    const { isBlock } = readPageHeader(frame, 0, 0)
    isOneFrame = isBlock && blockFrameBytes(frame, 0, pageSize, 0) === frame.length
  } catch (cause) {
    throw new RangeError('not a page frame', { cause })
  }
  if (!isOneFrame) throw new RangeError('not one page frame of block format')
  return readUint32(frame, 0)
}
