import type { Kernels } from '@ltx/kernels'
import { lz4Bound } from '@ltx/kernels'
import { viewOf } from './bytes/view-of.ts'
import { FormatError } from './errors.ts'
import { joinHistory } from './join-history.ts'
import { headerLength, LZ4_UNCOMPRESSED, readDescriptor } from './lz4-frame-header.ts'
import { xxHash32 } from './xx-hash-32.ts'

/** Blocks in one page's frame. Writers made one; the format's smallest block size holds a whole page. */
export const LZ4_FRAME_BLOCKS_MAX = 16

/** How much of a frame can be told from its first bytes. */
export interface Lz4FrameExtent {
  /** Length of the frame when it `isWhole`; else the bytes needed to tell more. */
  readonly bytes: number
  readonly isWhole: boolean
}

/**
 * Finds the end of a frame without decompressing it.
 *
 * @param frame At least {@link LZ4_FRAME_HEADER_BYTES_MIN} bytes, borrowed; may end before the frame does, or after it.
 * @param pageSize What the frame must hold, in bytes. Blocks that can only be longer are refused.
 * @param offset Of the frame in the file, for errors.
 * @throws {FormatError} `LTX_BAD_FIELD`, `LTX_LIMIT_EXCEEDED`
 * @see lz4 `doc/lz4_Frame_format.md`; fixtures `frame-v050-*`, `frame-v051-*`
 */
export function lz4FrameExtent(frame: Uint8Array, pageSize: number, offset: number): Lz4FrameExtent {
  const view = viewOf(frame)
  const headerBytes = headerLength(view, offset)
  if (frame.length < headerBytes) return { bytes: headerBytes, isWhole: false }
  const descriptor = readDescriptor(frame, offset)
  let at = headerBytes
  for (let blocks = 0; ; blocks++) {
    if (frame.length < at + 4) return { bytes: at + 4, isWhole: false }
    const word = view.getUint32(at, true)
    if (word === 0) {
      const bytes = at + 4 + (descriptor.contentChecksum ? 4 : 0)
      return { bytes, isWhole: frame.length >= bytes }
    }
    if (blocks === LZ4_FRAME_BLOCKS_MAX) {
      throw new FormatError('LTX_LIMIT_EXCEEDED', offset + at, `more than ${LZ4_FRAME_BLOCKS_MAX} LZ4 blocks`)
    }
    const blockBytes = word & ~LZ4_UNCOMPRESSED
    if (blockBytes > lz4Bound(pageSize)) {
      throw new FormatError('LTX_LIMIT_EXCEEDED', offset + at, `LZ4 block of ${blockBytes} bytes`)
    }
    at += 4 + blockBytes + (descriptor.blockChecksum ? 4 : 0)
  }
}

/**
 * Decompresses a whole frame into `target`, which it must fill exactly, and checks every checksum in it.
 *
 * @param frame As long as {@link lz4FrameExtent} said. Borrowed.
 * @param offset Of the frame in the file, for errors.
 * @throws {FormatError} `LTX_BAD_FIELD`, `LTX_CHECKSUM_MISMATCH`
 */
export function decodeLz4Frame(
  kernels: Kernels,
  frame: Uint8Array,
  target: Uint8Array,
  offset: number,
): void {
  const view = viewOf(frame)
  const descriptor = readDescriptor(frame, offset)
  let at = descriptor.headerBytes
  let filled = 0
  for (let word = view.getUint32(at, true); word !== 0; word = view.getUint32(at, true)) {
    const block = frame.subarray(at + 4, at + 4 + (word & ~LZ4_UNCOMPRESSED))
    filled = decodeBlock(kernels, block, word >= LZ4_UNCOMPRESSED, descriptor.independent, target, filled)
    if (filled < 0)
      throw new FormatError('LTX_BAD_FIELD', offset + at, 'LZ4 block does not decompress to the page')
    at += 4 + block.length
    if (!descriptor.blockChecksum) continue
    checkHash(block, view.getUint32(at, true), offset + at)
    at += 4
  }
  const { contentBytes } = descriptor
  if (filled !== target.length || (contentBytes !== null && contentBytes !== BigInt(filled))) {
    throw new FormatError('LTX_BAD_FIELD', offset, `LZ4 frame holds ${filled} bytes, a page ${target.length}`)
  }
  if (descriptor.contentChecksum) checkHash(target, view.getUint32(at + 4, true), offset + at + 4)
}

/** Returns how far `target` is filled after the block, or -1. */
function decodeBlock(
  kernels: Kernels,
  block: Uint8Array,
  isStored: boolean,
  isIndependent: boolean,
  target: Uint8Array,
  start: number,
): number {
  if (isStored) {
    if (block.length > target.length - start) return -1
    target.set(block, start)
    return start + block.length
  }
  if (isIndependent || start === 0) {
    const written = kernels.decompressBlock(block, target.subarray(start))
    return written < 0 ? -1 : start + written
  }
  const joined = joinHistory(block, target.subarray(0, start))
  return joined === null ? -1 : kernels.decompressBlock(joined, target)
}

function checkHash(bytes: Uint8Array, expected: number, offset: number): void {
  if (xxHash32(bytes) !== expected)
    throw new FormatError('LTX_CHECKSUM_MISMATCH', offset, 'LZ4 frame content')
}
