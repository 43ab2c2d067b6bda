/** Largest LZ4 block, in bytes, that `bytes` of input can become: what a target needs to hold. */
export function lz4Bound(bytes: number): number {
  return bytes + Math.floor(bytes / 255) + 16
}
