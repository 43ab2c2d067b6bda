// The same limits, and the same words, as in @ltx/kernels.

/** Largest input of a block, and SQLite's largest page. */
export const PAGE_BYTES_MAX = 65_536

const FRAME_PREFIX_BYTES = 10

/** Most bytes that the frame of a page can have. */
export function frameBytesMax(pageBytes: number): number {
  return FRAME_PREFIX_BYTES + lz4Bound(pageBytes)
}

/** As in `@ltx/kernels`: most bytes that an LZ4 block of `bytes` of input has. */
export function lz4Bound(bytes: number): number {
  return bytes + Math.floor(bytes / 255) + 16
}

/** @throws {RangeError} */
export function checkPageBytes(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > PAGE_BYTES_MAX) {
    throw new RangeError(`a page or block holds 0 to ${PAGE_BYTES_MAX} bytes, not ${bytes}`)
  }
}

/** @throws {RangeError} */
export function checkRoom(target: Uint8Array, start: number, bytes: number): void {
  if (!Number.isInteger(start) || start < 0 || start + bytes > target.length) {
    throw new RangeError(`target of ${target.length} bytes has no room for ${bytes} at ${start}`)
  }
}
