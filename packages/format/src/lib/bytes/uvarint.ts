import { FormatError } from '../errors.ts'

/** Longest unsigned varint of a 53-bit number, in bytes. */
export const UVARINT_BYTES_MAX = 8

/** Bytes that {@link writeUvarint} needs for `value`. */
export function uvarintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

/**
 * Writes a non-negative safe integer, seven bits a byte, least significant first.
 *
 * @returns Offset after the last byte written.
 * @see Go's encoding/binary, `PutUvarint`
 */
export function writeUvarint(target: Uint8Array, start: number, value: number): number {
  let at = start
  let rest = value
  for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 0x80)) target[at++] = (rest % 0x80) | 0x80
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80
  target[at++] = rest
  return at
}

/** A place in bytes, moved on by {@link readUvarint}. */
export interface ReadPlace {
  readonly bytes: Uint8Array
  at: number
  /** Offset in the file of `bytes[0]`, for messages. */
  readonly fileOffset: number
}

/**
 * Reads what {@link writeUvarint} wrote, in its shortest form only.
 *
 * @throws {FormatError} `LTX_TRUNCATED` at the end of the bytes; `LTX_BAD_FIELD` for more than 2^53-1 or a longer form than
 *   needed.
 */
export function readUvarint(place: ReadPlace): number {
  const start = place.at
  let value = 0
  let scale = 1
  for (let count = 1; count <= UVARINT_BYTES_MAX; count++) {
    const byte = place.bytes[place.at]
    if (byte === undefined) {
      throw new FormatError('LTX_TRUNCATED', place.fileOffset + place.at, 'inside a varint')
    }
    place.at++
    value += (byte & 0x7f) * scale
    scale *= 0x80
    if (byte >= 0x80) continue
    if (byte === 0 && count > 1) break
    if (!Number.isSafeInteger(value)) break
    return value
  }
  throw new FormatError('LTX_BAD_FIELD', place.fileOffset + start, 'varint is too large or too long')
}
