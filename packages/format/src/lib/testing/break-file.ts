import { sharedKernels } from '@ltx/kernels'
import { viewOf } from '../bytes/view-of.ts'
import { CHECKSUM_FLAG, HEADER_BYTES, PAGE_HEADER_BYTES, TRAILER_BYTES } from '../constants.ts'
import { BLOCK_FRAME_HEADER_BYTES } from '../file/page-frame.ts'

/** The first `bytes` bytes of a file, as a copy. A negative count cuts that many off its end. */
export function truncated(file: Uint8Array, bytes: number): Uint8Array {
  return file.slice(0, bytes)
}

/** A copy with one byte replaced. */
export function withByte(file: Uint8Array, offset: number, value: number): Uint8Array {
  return withBytes(file, offset, [value])
}

/** A copy with some bytes replaced. */
export function withBytes(file: Uint8Array, offset: number, values: ArrayLike<number>): Uint8Array {
  if (offset < 0 || offset + values.length > file.length)
    throw new RangeError(`offset ${offset} is not in the file`)
  const copy = file.slice()
  copy.set(values, offset)
  return copy
}

/** A copy with one bit flipped; bit 0 is the lowest of its byte. */
export function withBitFlipped(file: Uint8Array, offset: number, bit: number): Uint8Array {
  return withByte(file, offset, (file[offset] ?? 0) ^ (1 << bit))
}

/** A copy with `inserted` before the byte at `offset`. */
export function withInserted(file: Uint8Array, offset: number, inserted: ArrayLike<number>): Uint8Array {
  const copy = new Uint8Array(file.length + inserted.length)
  copy.set(file.subarray(0, offset))
  copy.set(inserted, offset)
  copy.set(file.subarray(offset), offset + inserted.length)
  return copy
}

/** A copy without the bytes from `start` up to but not including `end`. */
export function withoutBytes(file: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(file.length - (end - start))
  copy.set(file.subarray(0, start))
  copy.set(file.subarray(end), start)
  return copy
}

/** A copy in which two page frames (counted from 0) have changed places; index and checksums stay as they were. */
export function withPagesSwapped(file: Uint8Array, first: number, second: number): Uint8Array {
  const frames = frameRanges(file)
  const order = frames.map((_, i) => (i === first ? second : i === second ? first : i))
  if (frames[first] === undefined || frames[second] === undefined) throw new RangeError('no such page')
  const copy = file.slice()
  let at = HEADER_BYTES
  for (const i of order) {
    const { start, end } = frames[i] as ByteRange
    copy.set(file.subarray(start, end), at)
    at += end - start
  }
  return copy
}

/**
 * A copy whose file checksum is right again, so that a test reaches the check behind it. Only for files in block format
 * whose frames can still be walked; bytes from `indexStart` (default: where the frames end) on are taken as they are.
 */
export function withChecksumMended(file: Uint8Array): Uint8Array {
  const kernels = sharedKernels()
  const pageSize = viewOf(file).getUint32(8)
  const page = new Uint8Array(pageSize)
  let checksum = kernels.crc64(0n, file.subarray(0, HEADER_BYTES))
  let at = HEADER_BYTES
  for (const { start, end } of frameRanges(file)) {
    const blockStart = start + BLOCK_FRAME_HEADER_BYTES
    if (kernels.decompressBlock(file.subarray(blockStart, end), page) !== pageSize)
      throw new Error('broken page')
    checksum = kernels.crc64(kernels.crc64(checksum, file.subarray(start, blockStart)), page)
    at = end
  }
  checksum = kernels.crc64(checksum, file.subarray(at, file.length - TRAILER_BYTES / 2))
  const copy = file.slice()
  viewOf(copy).setBigUint64(file.length - TRAILER_BYTES / 2, CHECKSUM_FLAG | checksum)
  return copy
}

interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where the page frames of a file in block format stand. */
export function frameRanges(file: Uint8Array): { readonly start: number; readonly end: number }[] {
  const view = viewOf(file)
  const ranges: ByteRange[] = []
  let start = HEADER_BYTES
  while (view.getUint32(start) !== 0) {
    const end = start + BLOCK_FRAME_HEADER_BYTES + view.getUint32(start + PAGE_HEADER_BYTES)
    ranges.push({ start, end })
    start = end
  }
  return ranges
}
