/** The first `length` bytes, as a copy. */
export function truncated(bytes: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(bytes.subarray(0, length)) // slice() of a Buffer is no copy
}

/** A copy with one byte replaced. */
export function withByte(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  if (offset >= bytes.length) throw new RangeError(`offset ${offset} is outside ${bytes.length} bytes`)
  const result = new Uint8Array(bytes)
  result[offset] = value
  return result
}

/** A copy with one bit turned over; `bit` counts from the lowest of the first byte. */
export function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const offset = Math.floor(bit / 8)
  return withByte(bytes, offset, (bytes[offset] ?? 0) ^ (1 << (bit % 8)))
}
