// Slow and plain versions of the kernels, written from the formats' definitions, to compare with.

const POLYNOMIAL = 0xd800_0000_0000_0000n
const U64 = 0xffff_ffff_ffff_ffffn

/** One byte's worth of the bitwise CRC, for each byte. */
const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = (value & 1n) === 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n
  return value
})

export function referenceCrc64(previous: bigint, bytes: Uint8Array): bigint {
  let value = ~previous & U64
  for (const byte of bytes) value = (value >> 8n) ^ TABLE[Number((value ^ BigInt(byte)) & 0xffn)]!
  return ~value & U64
}

export function referenceWalChecksum(
  seed: readonly [number, number],
  bytes: Uint8Array,
  littleEndian: boolean,
): [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let [first, second] = seed
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + view.getUint32(at, littleEndian) + second) >>> 0
    second = (second + view.getUint32(at + 4, littleEndian) + first) >>> 0
  }
  return [first, second]
}

/** What a block holds, or null when it is malformed or holds more than `bytesMax`. */
export function referenceDecompress(block: Uint8Array, bytesMax: number): Uint8Array | null {
  const output: number[] = []
  let at = 0
  const length = (nibble: number): number => {
    let total = nibble
    for (let more = nibble === 15 ? 255 : 0; more === 255;) {
      more = block[at++] ?? Number.NaN
      total += more
    }
    return total
  }
  if (block.length === 0) return null
  while (at < block.length) {
    const token = block[at++]!
    const literals = length(token >> 4)
    if (Number.isNaN(literals) || at + literals > block.length || output.length + literals > bytesMax)
      return null
    for (let i = 0; i < literals; i++) output.push(block[at++]!)
    if (at === block.length) break
    if (at + 2 > block.length) return null
    const offset = block[at]! | (block[at + 1]! << 8)
    at += 2
    const match = length(token & 15) + 4
    if (Number.isNaN(match) || offset === 0 || offset > output.length || output.length + match > bytesMax) {
      return null
    }
    for (let i = 0; i < match; i++) output.push(output[output.length - offset]!)
  }
  return Uint8Array.from(output)
}

/** Breaks of the encoder's side of the block format, which decoders may rely on; null when there is none. */
export function blockRuleBroken(block: Uint8Array, bytes: number): string | null {
  let at = 0
  let written = 0
  for (;;) {
    const token = block[at++]!
    let literals = token >> 4
    if (literals === 15)
      do literals += block[at]!
      while (block[at++] === 255)
    at += literals
    written += literals
    if (at === block.length) {
      if (written !== bytes) return `holds ${written} bytes`
      return bytes >= 5 && literals < 5 ? `ends in ${literals} literals` : null
    }
    if (bytes - written < 12) return `last match starts ${bytes - written} bytes before the end`
    at += 2
    let match = token & 15
    if (match === 15)
      do match += block[at]!
      while (block[at++] === 255)
    written += match + 4
  }
}
