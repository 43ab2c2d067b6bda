import { isPageSize } from './page-size.ts'

/** Where SQLite keeps its lock bytes in a database file, 1 GiB from the start. */
const LOCK_BYTE_OFFSET = 0x4000_0000

/**
 * The number of the page that holds the lock bytes. It carries no data and is never stored in an LTX file.
 *
 * @throws {RangeError} when there is no such page size.
 * @see sqlite.org/fileformat2.html, "The Lock-Byte Page"
 */
export function lockPageNumber(pageSize: number): number {
  if (!isPageSize(pageSize))
    throw new RangeError(`page size ${pageSize} is not a power of two from 512 to 65536`)
  return LOCK_BYTE_OFFSET / pageSize + 1
}
