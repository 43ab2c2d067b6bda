/** One system call moves at most this much: Linux stops a little below 2 GiB, Node refuses more. */
const TRANSFER_BYTES_MAX = 1 << 30

/** How many of `leftBytes` to ask for in one call. */
export function transferSize(leftBytes: number): number {
  return Math.min(leftBytes, TRANSFER_BYTES_MAX)
}
