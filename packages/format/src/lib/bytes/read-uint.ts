/** A big-endian u32. The caller has made sure that the bytes are there. For single fields in loops; else `viewOf`. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) * 0x100_0000 + ((byteAt(bytes, at + 1) << 16) | readUint16(bytes, at + 2))) >>> 0
}

/** A big-endian u16. The caller has made sure that the bytes are there. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1)
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
