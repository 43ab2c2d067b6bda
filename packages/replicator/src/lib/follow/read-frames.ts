import {
  CommittedPages,
  FrameReader,
  WAL_FRAME_HEADER_BYTES,
  WAL_HEADER_BYTES,
  type WalHeader,
} from '@ltx/wal'
import type { DatabaseFiles } from './database-files.ts'
import type { ReadFrom } from './plan-sync.ts'
import type { WalPlace } from './position.ts'

/** Runs up to this size stay in memory; of larger ones only the page map does, and pages are read again. */
const RUN_BYTES_IN_MEMORY_MAX = 16 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024

/** Whole transactions read from the WAL. */
export interface FrameRun {
  /** Newest frame of each page: page number → offset of the page image in the WAL file, in bytes. None is above `commit`. */
  readonly pages: ReadonlyMap<number, number>
  /** Database size after the last transaction, in pages. */
  readonly commit: number
  readonly startOffset: number
  /** The place after the last transaction. */
  readonly place: WalPlace
  /** Every published frame has been read. */
  readonly reachedEnd: boolean
  /** Page number of the last frame. */
  readonly lastPage: number
  /** The bytes of the run when it is small, else `null`. Owned by the run. */
  readonly bytes: Uint8Array | null
}

/**
 * Reads from `from` to exactly the last published frame, testing salts and the running checksum. Stops early, after a commit, once
 * `bytesMax` is passed (0: never).
 *
 * @returns `null` when the chain breaks or does not end with a commit: the WAL moved between two reads.
 */
export function readFrames(
  files: DatabaseFiles,
  header: WalHeader,
  from: ReadFrom,
  bytesMax: number,
): FrameRun | null {
  const frameBytes = WAL_FRAME_HEADER_BYTES + header.pageSize
  const end = WAL_HEADER_BYTES + from.frames * frameBytes
  const total = end - from.offset
  const whole = total <= RUN_BYTES_IN_MEMORY_MAX ? new Uint8Array(total) : null
  const chunk = whole ?? new Uint8Array(Math.max(1, Math.floor(CHUNK_BYTES / frameBytes)) * frameBytes)
  const reader = new FrameReader({ header, ...from }, bytesMax === 0 ? {} : { bytesMax })
  const gathered = new CommittedPages(from)
  let lastPage = 0
  for (let offset = from.offset; offset < end && reader.stop === null; offset += chunk.length) {
    const bytes = chunk.subarray(0, Math.min(chunk.length, end - offset))
    if (files.readWal(bytes, offset) < bytes.length) return null
    reader.push(bytes)
    for (let frame = reader.next(); frame !== null; frame = reader.next()) {
      gathered.add(frame)
      if (frame.commit !== 0) lastPage = frame.pageNumber
    }
  }
  if (reader.stop !== null && reader.stop.reason !== 'limit') return null // the chain breaks
  const { pages, commit, endOffset, checksum } = gathered.committed()
  const reachedEnd = endOffset === end
  if (commit === 0 || (!reachedEnd && reader.stop === null)) return null // the end is no commit
  const place = { salt1: header.salt1, salt2: header.salt2, offset: endOffset, checksum }
  return {
    pages: imageOffsets(pages),
    commit,
    startOffset: from.offset,
    place,
    reachedEnd,
    lastPage,
    bytes: whole,
  }
}

/** From where frames start to where their pages do. */
function imageOffsets(frameStarts: ReadonlyMap<number, number>): Map<number, number> {
  const offsets = new Map<number, number>()
  for (const [page, start] of frameStarts) offsets.set(page, start + WAL_FRAME_HEADER_BYTES)
  return offsets
}
