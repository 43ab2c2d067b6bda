/**
 * Turns an LZ4 block whose matches reach back into earlier blocks ("linked") into one that stands alone: it begins with
 * all earlier output as literals, and decompresses to that output followed by its own.
 *
 * A block begins with a token (literal count in the upper four bits) and literals; only that count changes.
 *
 * @param block Borrowed. @param history Everything decompressed so far, at least one byte. Borrowed.
 * @returns `null` when the block ends inside its first count.
 * @see lz4 `doc/lz4_Block_format.md`
 */
export function joinHistory(block: Uint8Array, history: Uint8Array): Uint8Array | null {
  const token = block[0]
  if (token === undefined) return null
  let at = 1
  let literals = token >> 4
  if (literals === 15) {
    for (let more = 255; more === 255; at++) {
      const byte = block[at]
      if (byte === undefined) return null
      more = byte
      literals += more
    }
  }
  const extended = literals + history.length - 15
  const prefix = extended < 0 ? [((extended + 15) << 4) | (token & 15)] : [0xf0 | (token & 15)]
  if (extended >= 0) {
    for (let rest = extended; ; rest -= 255) {
      prefix.push(Math.min(rest, 255))
      if (rest < 255) break
    }
  }
  const joined = new Uint8Array(prefix.length + history.length + block.length - at)
  joined.set(prefix)
  joined.set(history, prefix.length)
  joined.set(block.subarray(at), prefix.length + history.length)
  return joined
}
