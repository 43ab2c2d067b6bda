import {
  decodeWalFrameHeader,
  decodeWalHeader,
  WAL_FRAME_HEADER_BYTES,
  WAL_HEADER_BYTES,
  type WalHeader,
} from '@ltx/wal'
import type { SqliteConnection } from '../sqlite/sqlite-driver.ts'
import type { DatabaseFiles } from './database-files.ts'
import type { Pin } from './pin.ts'
import type { FrameFacts, Published, WalFacts } from './plan-sync.ts'
import { samePlaceSalts, type Position } from './position.ts'

/** The header of the WAL file, or `null`: none, or half written. An unknown magic or version throws a `WalError`. */
export function readWalHeader(files: DatabaseFiles): WalHeader | null {
  const bytes = new Uint8Array(WAL_HEADER_BYTES)
  const length = files.readWal(bytes, 0)
  const result = decodeWalHeader(bytes.subarray(0, length))
  return result.kind === 'header' ? result.header : null
}

/** One look, in the order that proves something: header, published frames, our last frame, header (engine.md §2). */
export function observeWal(
  pin: Pin,
  files: DatabaseFiles,
  position: Position | null,
  connection: SqliteConnection = pin.idle,
): WalFacts & { readonly header: WalHeader | null } {
  const header = readWalHeader(files)
  const published = publishedOfOurs(pin, files, connection)
  if (published.kind !== 'published' || published.frames === 0 || header === null) {
    return { header, published, frameBefore: null, headerHeld: true }
  }
  const place = position?.wal ?? null
  const frameBefore =
    place !== null && samePlaceSalts(place, header)
      ? readFrameHeader(files, place.offset - WAL_FRAME_HEADER_BYTES - header.pageSize)
      : null
  return { header, published, frameBefore, headerHeld: sameGeneration(readWalHeader(files), header) }
}

/**
 * What is published, unless another file has the database's name: SQLite finds `-wal` and `-shm` by name, so a database that was moved
 * over ours writes into the very files that we read. Asked after the count, the answer holds for everything in it.
 */
export function publishedOfOurs(
  pin: Pin,
  files: DatabaseFiles,
  connection: SqliteConnection = pin.idle,
): Published {
  const published = pin.published(connection)
  return files.mainWasReplaced() ? { kind: 'no-answer' } : published
}

export function sameGeneration(now: WalHeader | null, before: WalHeader): boolean {
  return (
    now !== null &&
    now.salt1 === before.salt1 &&
    now.salt2 === before.salt2 &&
    now.checksum[0] === before.checksum[0] &&
    now.checksum[1] === before.checksum[1]
  )
}

/** The frame header at `offset`, or `null` when the file ends before it does. */
export function readFrameHeader(
  files: DatabaseFiles,
  offset: number,
): (FrameFacts & { readonly pageNumber: number; readonly commit: number }) | null {
  const bytes = new Uint8Array(WAL_FRAME_HEADER_BYTES)
  return offset >= WAL_HEADER_BYTES && files.readWal(bytes, offset) === bytes.length
    ? decodeWalFrameHeader(bytes)
    : null
}

/** Frames of the live generation follow our position: somebody is in the middle of something. It may be the first of its kind. */
export function hasFramesPast(files: DatabaseFiles, position: Position | null): boolean {
  const header = readWalHeader(files)
  if (header === null) return false
  const place = position?.wal ?? null
  const offset = place !== null && samePlaceSalts(place, header) ? place.offset : WAL_HEADER_BYTES
  return countFramesPast(files, header, offset, 0) > 0
}

/** Frames physically present from `offset` on with these salts, published or not, counted up to one more than `countMax`. */
export function countFramesPast(
  files: DatabaseFiles,
  header: WalHeader,
  offset: number,
  countMax: number,
): number {
  const frameBytes = WAL_FRAME_HEADER_BYTES + header.pageSize
  let count = 0
  while (count <= countMax) {
    const frame = readFrameHeader(files, offset + count * frameBytes)
    if (frame === null || frame.salt1 !== header.salt1 || frame.salt2 !== header.salt2) break
    count++
  }
  return count
}
