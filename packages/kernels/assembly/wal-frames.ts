import { SOURCE } from './memory'
import { continuePair, pairOf, storePair } from './wal-checksum'

// Frame header, big-endian: page number, commit, salt 1, salt 2, checksum 1, checksum 2. The sum covers the first 8 bytes and
// the page.
const FRAME_HEADER_BYTES: usize = 24

/**
 * Counts the frames at SOURCE, `count` at most, that carry the salts and continue the running sum. The pair after the last of
 * them is left in RESULT.
 */
export function checkWalFrames(
  first: u32,
  second: u32,
  count: u32,
  pageSize: usize,
  littleEndian: bool,
  salt1: u32,
  salt2: u32,
): u32 {
  let pair = pairOf(first, second)
  let at = SOURCE
  let right: u32 = 0
  for (; right < count; right++) {
    if (bswap<u32>(load<u32>(at, 8)) != salt1 || bswap<u32>(load<u32>(at, 12)) != salt2) break
    const header = continuePair(pair, at, 8, littleEndian)
    const sum = continuePair(header, at + FRAME_HEADER_BYTES, pageSize, littleEndian)
    if (sum != pairOf(bswap<u32>(load<u32>(at, 16)), bswap<u32>(load<u32>(at, 20)))) break
    pair = sum
    at += FRAME_HEADER_BYTES + pageSize
  }
  storePair(pair)
  return right
}
