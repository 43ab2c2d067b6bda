import { viewOf } from './bytes/view-of.ts'
import { FormatError } from './errors.ts'
import { xxHash32 } from './xx-hash-32.ts'

/** Bytes of the shortest frame header: magic, flags, block size, header checksum. */
export const LZ4_FRAME_HEADER_BYTES_MIN = 7

const MAGIC = 0x184d_2204 // little-endian, like every field of this format
/** Set in a block's size word: the block is stored as it is. */
export const LZ4_UNCOMPRESSED = 0x8000_0000
const FLAG = {
  version: 0xc0,
  version1: 0x40,
  independent: 0x20,
  blockChecksum: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
  reserved: 0x02,
  dictionary: 0x01,
} as const

/** What a frame's header says. */
export interface Lz4Descriptor {
  readonly headerBytes: number
  /** The most that one block holds, decompressed. */
  readonly blockBytesMax: number
  readonly independent: boolean
  readonly blockChecksum: boolean
  readonly contentChecksum: boolean
  readonly contentBytes: bigint | null
}

/** @param view Of at least {@link LZ4_FRAME_HEADER_BYTES_MIN} bytes. */
export function headerLength(view: DataView, offset: number): number {
  if (view.getUint32(0, true) !== MAGIC) {
    throw new FormatError('LTX_BAD_FIELD', offset, 'this is not an LZ4 frame')
  }
  const flags = view.getUint8(4)
  return LZ4_FRAME_HEADER_BYTES_MIN + ((flags & FLAG.contentSize) === 0 ? 0 : 8)
}

/**
 * @param frame At least as many bytes as `headerLength` says. Borrowed.
 * @throws {FormatError} `LTX_BAD_FIELD`, `LTX_CHECKSUM_MISMATCH`
 */
export function readDescriptor(frame: Uint8Array, offset: number): Lz4Descriptor {
  const view = viewOf(frame)
  const headerBytes = headerLength(view, offset)
  const flags = view.getUint8(4)
  const isKnown =
    (flags & FLAG.version) === FLAG.version1 && (flags & (FLAG.reserved | FLAG.dictionary)) === 0
  const blockMaximum = view.getUint8(5)
  if (!isKnown || (blockMaximum & 0x8f) !== 0 || blockMaximum < 0x40) {
    throw new FormatError('LTX_BAD_FIELD', offset + 4, 'LZ4 frame of an unknown kind')
  }
  const described = frame.subarray(4, headerBytes - 1)
  if (((xxHash32(described) >>> 8) & 0xff) !== view.getUint8(headerBytes - 1)) {
    throw new FormatError('LTX_CHECKSUM_MISMATCH', offset + headerBytes - 1, 'LZ4 frame header')
  }
  return {
    headerBytes,
    blockBytesMax: 1 << (8 + 2 * (blockMaximum >> 4)),
    independent: (flags & FLAG.independent) !== 0,
    blockChecksum: (flags & FLAG.blockChecksum) !== 0,
    contentChecksum: (flags & FLAG.contentChecksum) !== 0,
    contentBytes: (flags & FLAG.contentSize) === 0 ? null : view.getBigUint64(6, true),
  }
}
