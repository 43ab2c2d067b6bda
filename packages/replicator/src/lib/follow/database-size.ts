import type { DatabaseFiles } from './database-files.ts'

/** Size of the file header that every SQLite database begins with, in bytes. */
export const DATABASE_HEADER_BYTES = 100

/** What the database file says about itself when no WAL does. */
export interface DatabaseShape {
  /** Bytes. */
  readonly pageSize: number
  /** Pages. */
  readonly commit: number
}

/**
 * Page size and page count from the database file. The count in bytes 28..31 is true only when the version it was written with (92..95)
 * is the current change counter (24..27); otherwise the file's length tells.
 *
 * @returns `null` when the file is shorter than a header: an empty database.
 * @see sqlite.org/fileformat2.html, "In-header database size"
 */
export function readDatabaseShape(files: DatabaseFiles): DatabaseShape | null {
  const bytes = new Uint8Array(DATABASE_HEADER_BYTES)
  if (files.readMain(bytes, 0) < bytes.length) return null
  const view = new DataView(bytes.buffer)
  const stored = view.getUint16(16)
  const pageSize = stored === 1 ? 65_536 : stored
  const inHeader = view.getUint32(28)
  const isTrue = inHeader > 0 && view.getUint32(24) === view.getUint32(92)
  return { pageSize, commit: isTrue ? inHeader : Math.floor(files.statMain().size / pageSize) }
}
