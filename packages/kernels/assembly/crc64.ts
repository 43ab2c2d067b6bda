// CRC-64/ISO without tables. Its polynomial, x^64 + x^4 + x^3 + x + 1, is so sparse that multiplying a remainder by x^64 is
// multiplying it by r = x^4 + x^3 + x + 1 = (1 + x)(1 + x^3): two shifts and two exclusive-ors. Squares of such a polynomial
// stay sparse (the coefficients are bits), so r^8 = (1 + x^8)(1 + x^24) moves 64 bytes by whole bytes, which is a byte shuffle.
//
// The bit order is reflected: the lowest bit of a word has the highest power, "times x" is a shift to the right, and in memory
// a higher power is a lower address.

/** `part` times r; powers of 64 and more fall out below the word. */
function timesR(part: u64): u64 {
  const a = part ^ (part >> 1)
  return a ^ (a >> 3)
}

/** `word` times x^64, modulo the polynomial. */
function timesX64(word: u64): u64 {
  const shiftedOut = (word << 63) ^ (word << 61) ^ (word << 60)
  return timesR(word) ^ timesR(shiftedOut)
}

/** The remainder of 64 bytes, times x^64. */
function reduce64(a: v128, b: v128, c: v128, d: v128): u64 {
  let remainder = timesX64(v128.extract_lane<u64>(a, 0))
  remainder = timesX64(remainder ^ v128.extract_lane<u64>(a, 1))
  remainder = timesX64(remainder ^ v128.extract_lane<u64>(b, 0))
  remainder = timesX64(remainder ^ v128.extract_lane<u64>(b, 1))
  remainder = timesX64(remainder ^ v128.extract_lane<u64>(c, 0))
  remainder = timesX64(remainder ^ v128.extract_lane<u64>(c, 1))
  remainder = timesX64(remainder ^ v128.extract_lane<u64>(d, 0))
  return timesX64(remainder ^ v128.extract_lane<u64>(d, 1))
}

/** One or more whole blocks of 64 bytes. */
function blocks(start: u64, at: usize, end: usize): u64 {
  let a = v128.xor(v128.load(at), v128.replace_lane<u64>(i64x2.splat(0), 0, start))
  let b = v128.load(at, 16)
  let c = v128.load(at, 32)
  let d = v128.load(at, 48)
  const zero = i64x2.splat(0)
  for (at += 64; at < end; at += 64) {
    // times 1 + x^8: each byte takes up its right neighbour; the first byte is also pushed out on the left
    const pushedOut = <u64>v128.extract_lane<u8>(a, 0)
    a = v128.xor(a, v128.shuffle<u8>(a, b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
    b = v128.xor(b, v128.shuffle<u8>(b, c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
    c = v128.xor(c, v128.shuffle<u8>(c, d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
    d = v128.xor(d, v128.shuffle<u8>(d, zero, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
    // times 1 + x^24: the same by three bytes. Four bytes in all are now pushed out, worth x^512 = r^8
    let carry = ((<u64>v128.extract_lane<u32>(a, 0)) << 40) | (pushedOut << 32)
    carry ^= pushedOut << 56
    a = v128.xor(a, v128.shuffle<u8>(a, b, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18))
    b = v128.xor(b, v128.shuffle<u8>(b, c, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18))
    c = v128.xor(c, v128.shuffle<u8>(c, d, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18))
    d = v128.xor(d, v128.shuffle<u8>(d, zero, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18))
    carry ^= carry >> 8
    carry ^= carry >> 24
    a = v128.xor(a, v128.load(at))
    b = v128.xor(b, v128.load(at, 16))
    c = v128.xor(c, v128.load(at, 32))
    d = v128.xor(v128.xor(d, v128.load(at, 48)), v128.replace_lane<u64>(zero, 1, carry))
  }
  return reduce64(a, b, c, d)
}

/** Continues a finalised checksum, as Go's crc64.Update does. */
export function crc64(previous: u64, at: usize, bytes: usize): u64 {
  let remainder = ~previous
  const end = at + bytes
  const blocksEnd = at + (bytes & ~63)
  if (at < blocksEnd) {
    remainder = blocks(remainder, at, blocksEnd)
    at = blocksEnd
  }
  for (; at + 8 <= end; at += 8) remainder = timesX64(remainder ^ load<u64>(at))
  for (; at < end; at++) {
    const low = (remainder ^ <u64>load<u8>(at)) << 56
    remainder = (remainder >> 8) ^ timesR(low)
  }
  return ~remainder
}
