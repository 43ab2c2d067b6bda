import { HASH_TABLE } from './memory'

// Bytes → LZ4 block, greedy, for at most 65536 bytes: positions fit u16. An empty slot of the table says position 0, which is a
// candidate like any other: candidates are always compared before they are used.
//
// Rules of the format that decoders rely on: a match is 4 bytes or longer, the last 5 bytes are literals, and the last match
// starts at least 12 bytes before the end.

const MATCH_BYTES_MIN: usize = 4
const LAST_LITERALS: usize = 5
const MATCH_START_DISTANCE: usize = 12
/** After this many misses (as a power of two) the search takes longer steps. */
const SKIP_SHIFT: u32 = 6

/** The slot for the four bytes `word`: the top bits of a product with 2^32 / golden ratio, as in liblz4. */
function slotOf(word: u32, shift: u32): usize {
  return HASH_TABLE + ((<usize>((word * 2654435761) >> shift)) << 1)
}

/** Rest of a length of 15 or more. */
function writeLength(write: usize, rest: usize): usize {
  for (; rest >= 255; rest -= 255) store<u8>(write++, 255)
  store<u8>(write++, <u8>rest)
  return write
}

/** Token (with the low half 0) and literals. The token is at `write`; returns where the literals end. */
function writeLiterals(write: usize, from: usize, bytes: usize): usize {
  const token = write++
  if (bytes >= 15) {
    store<u8>(token, 0xf0)
    write = writeLength(write, bytes - 15)
  } else store<u8>(token, <u8>(bytes << 4))
  if (bytes <= 16) v128.store(write, v128.load(from))
  else memory.copy(write, from, bytes)
  return write + bytes
}

/** Where two runs that are equal before `at` stop being equal; at most `end`. `candidate` is the earlier one. */
function matchEnd(at: usize, candidate: usize, end: usize): usize {
  while (at + 8 <= end) {
    const difference = load<u64>(at) ^ load<u64>(candidate)
    if (difference != 0) return at + <usize>(ctz(difference) >> 3)
    at += 8
    candidate += 8
  }
  while (at < end && load<u8>(at) == load<u8>(candidate)) {
    at++
    candidate++
  }
  return at
}

/** @returns Bytes written at `target`; at most lz4Bound(bytes), and up to 15 bytes of slack behind them are touched. */
export function compressBlock(source: usize, bytes: usize, target: usize): usize {
  const end = source + bytes
  let write = target
  let anchor = source
  if (bytes > MATCH_START_DISTANCE) {
    const bits: u32 = bytes <= 4096 ? 12 : 13
    const shift: u32 = 32 - bits
    memory.fill(HASH_TABLE, 0, (<usize>2) << bits)
    const startMax = end - MATCH_START_DISTANCE
    const endMax = end - LAST_LITERALS
    let at = source + 1
    let budget: u32 = 1 << SKIP_SHIFT
    while (at <= startMax) {
      const word = load<u32>(at)
      const slot = slotOf(word, shift)
      let candidate = source + <usize>load<u16>(slot)
      store<u16>(slot, <u16>(at - source))
      if (load<u32>(candidate) != word) {
        at += <usize>(budget++ >> SKIP_SHIFT)
        continue
      }
      while (at > anchor && candidate > source && load<u8>(at - 1) == load<u8>(candidate - 1)) {
        at--
        candidate--
      }
      const token = write
      write = writeLiterals(write, anchor, at - anchor)
      store<u16>(write, <u16>(at - candidate))
      write += 2
      anchor = matchEnd(at + MATCH_BYTES_MIN, candidate + MATCH_BYTES_MIN, endMax)
      const rest = anchor - at - MATCH_BYTES_MIN
      if (rest >= 15) {
        store<u8>(token, load<u8>(token) | 15)
        write = writeLength(write, rest - 15)
      } else store<u8>(token, load<u8>(token) | <u8>rest)
      at = anchor
      budget = 1 << SKIP_SHIFT
      if (at <= startMax) store<u16>(slotOf(load<u32>(at - 2), shift), <u16>(at - 2 - source))
    }
  }
  return writeLiterals(write, anchor, end - anchor) - target
}
