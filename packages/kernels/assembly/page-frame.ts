import { crc64 } from './crc64'
import { compressBlock } from './lz4-compress'
import { decompressBlock } from './lz4-decompress'
import { RESULT, SOURCE, TARGET } from './memory'

// u32 page number, u16 flags, u32 block size (all big-endian), LZ4 block. The file checksum covers the first ten bytes and the
// uncompressed page.
const PREFIX_BYTES: usize = 10
/** Bit 0: the size is there. */
const FLAG_SIZE: u16 = 1

/** Page at SOURCE → frame at TARGET. The continued checksum is left in RESULT. @returns Bytes of the frame. */
export function encodePageFrame(previous: u64, pageNumber: u32, pageBytes: usize): usize {
  const blockBytes = compressBlock(SOURCE, pageBytes, TARGET + PREFIX_BYTES)
  store<u32>(TARGET, bswap<u32>(pageNumber))
  store<u16>(TARGET, bswap<u16>(FLAG_SIZE), 4)
  store<u32>(TARGET, bswap<u32>(<u32>blockBytes), 6)
  store<u64>(RESULT, crc64(crc64(previous, TARGET, PREFIX_BYTES), SOURCE, pageBytes))
  return PREFIX_BYTES + blockBytes
}

/** Frame at SOURCE → page at TARGET. The continued checksum is left in RESULT. */
export function decodePageFrame(previous: u64, frameBytes: usize, pageBytes: usize): bool {
  if (frameBytes <= PREFIX_BYTES) return false
  const blockBytes = frameBytes - PREFIX_BYTES
  if ((bswap<u16>(load<u16>(SOURCE, 4)) & FLAG_SIZE) == 0) return false
  if (bswap<u32>(load<u32>(SOURCE, 6)) != <u32>blockBytes) return false
  if (decompressBlock(SOURCE + PREFIX_BYTES, blockBytes, TARGET, pageBytes) != <i32>pageBytes) return false
  store<u64>(RESULT, crc64(crc64(previous, SOURCE, PREFIX_BYTES), TARGET, pageBytes))
  return true
}
