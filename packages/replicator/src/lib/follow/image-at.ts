import { decodeWalFrameHeader, WAL_FRAME_HEADER_BYTES, WAL_HEADER_BYTES, type WalHeader } from '@ltx/wal'
import type { DatabaseFiles } from './database-files.ts'
import type { PinnedImage } from './image-reader.ts'
import { readWalHeader } from './observe-wal.ts'
import type { Pin } from './pin.ts'
import { samePlaceSalts, type Position } from './position.ts'

const CHUNK_BYTES = 1024 * 1024

/**
 * The database at our position, while a pin that covers it is held. The frames before the position were proven when they were read; if
 * the WAL has been restarted since, all of them are in the database file.
 */
export function imageAt(files: DatabaseFiles, position: Position): PinnedImage {
  const { pageSize, commit, wal } = position
  const header = readWalHeader(files)
  if (wal === null || header === null || !samePlaceSalts(wal, header)) {
    return { pageSize, commit, header: null, pages: new Map() }
  }
  return { pageSize, commit, header, pages: pageMap(files, header, wal.offset) }
}

/**
 * The same as readers see it. Once all frames are moved SQLite reads the database file alone, and the next writer begins the WAL anew: what
 * the WAL holds counts no more, also where somebody has changed the database file since.
 */
export function imageNow(pin: Pick<Pin, 'published'>, files: DatabaseFiles, position: Position): PinnedImage {
  const published = pin.published()
  const isMoved = published.kind === 'published' && published.backfilled === published.frames
  const { pageSize, commit } = position
  return isMoved ? { pageSize, commit, header: null, pages: new Map() } : imageAt(files, position)
}

/** Newest frame of each page between the start of the WAL and `end`. */
function pageMap(files: DatabaseFiles, header: WalHeader, end: number): Map<number, number> {
  const frameBytes = WAL_FRAME_HEADER_BYTES + header.pageSize
  const chunk = new Uint8Array(Math.max(1, Math.floor(CHUNK_BYTES / frameBytes)) * frameBytes)
  const pages = new Map<number, number>()
  for (let offset = WAL_HEADER_BYTES; offset < end; offset += chunk.length) {
    const bytes = chunk.subarray(0, Math.min(chunk.length, end - offset))
    if (files.readWal(bytes, offset) < bytes.length) break // restarted and cut: the header tells, see ImageReader
    for (let at = 0; at < bytes.length; at += frameBytes) {
      const frame = decodeWalFrameHeader(bytes, at)
      if (samePlaceSalts({ ...header, offset: 0 }, frame))
        pages.set(frame.pageNumber, offset + at + WAL_FRAME_HEADER_BYTES)
    }
  }
  return pages
}
