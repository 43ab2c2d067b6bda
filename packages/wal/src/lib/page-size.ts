/** SQLite's smallest and largest page, in bytes. See sqlite.org/limits.html. */
export const PAGE_BYTES_MIN = 512
export const PAGE_BYTES_MAX = 65_536

/** Whether a database can have pages of this many bytes: a power of two from 512 to 65536. */
export function isPageSize(bytes: number): boolean {
  return (
    Number.isInteger(bytes) &&
    bytes >= PAGE_BYTES_MIN &&
    bytes <= PAGE_BYTES_MAX &&
    (bytes & (bytes - 1)) === 0
  )
}
