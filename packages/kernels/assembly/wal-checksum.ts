import { RESULT, SOURCE } from './memory'

// SQLite's WAL checksum: two 32-bit sums, each fed by the other. In here the pair is one u64, (first << 32) | second; JavaScript
// gives and gets two u32, because a BigInt costs more than a short sum.

function littleEndianSum(pair: u64, at: usize, end: usize): u64 {
  let first = <u32>(pair >> 32)
  let second = <u32>pair
  for (; at < end; at += 8) {
    const words = load<u64>(at)
    first += <u32>words + second
    second += <u32>(words >> 32) + first
  }
  return ((<u64>first) << 32) | <u64>second
}

function bigEndianSum(pair: u64, at: usize, end: usize): u64 {
  let first = <u32>(pair >> 32)
  let second = <u32>pair
  for (; at + 16 <= end; at += 16) {
    const words = v128.load(at)
    const turned = v128.shuffle<u8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
    first += v128.extract_lane<u32>(turned, 0) + second
    second += v128.extract_lane<u32>(turned, 1) + first
    first += v128.extract_lane<u32>(turned, 2) + second
    second += v128.extract_lane<u32>(turned, 3) + first
  }
  if (at < end) {
    first += bswap<u32>(load<u32>(at)) + second
    second += bswap<u32>(load<u32>(at, 4)) + first
  }
  return ((<u64>first) << 32) | <u64>second
}

export function pairOf(first: u32, second: u32): u64 {
  return ((<u64>first) << 32) | <u64>second
}

/** First word, then second, little-endian. */
export function storePair(pair: u64): void {
  store<u32>(RESULT, <u32>(pair >> 32))
  store<u32>(RESULT, <u32>pair, 4)
}

/** `bytes` is a multiple of 8. */
export function continuePair(pair: u64, at: usize, bytes: usize, littleEndian: bool): u64 {
  return littleEndian ? littleEndianSum(pair, at, at + bytes) : bigEndianSum(pair, at, at + bytes)
}

/** Over `bytes` at SOURCE; the pair is left in RESULT. */
export function walChecksum(first: u32, second: u32, bytes: usize, littleEndian: bool): void {
  storePair(continuePair(pairOf(first, second), SOURCE, bytes, littleEndian))
}
