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
  /** The bytes of the run when it is small, else `null`. Borrowed until this thread reads the next run. */
  readonly bytes: Uint8Array | null
}

/**
 * Reads from `from` to exactly the last published frame, testing salts and the running checksum. Stops early, after a commit, once the
 * different pages are `bytesMax` bytes or more (0: never): however often a page was written, it is one page of the file.
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
  const whole = total <= RUN_BYTES_IN_MEMORY_MAX ? sharedBuffer(total) : null
  const chunk = whole ?? sharedBuffer(Math.max(1, Math.floor(CHUNK_BYTES / frameBytes)) * frameBytes)
  const pagesMax = bytesMax === 0 ? Number.POSITIVE_INFINITY : bytesMax / header.pageSize
  const reader = new FrameReader({ header, ...from })
  const gathered = new CommittedPages(from)
  let lastPage = 0
  let isFull = false
  for (let offset = from.offset; offset < end && !isFull; offset += chunk.length) {
    const bytes = chunk.subarray(0, Math.min(chunk.length, end - offset))
    if (files.readWal(bytes, offset) < bytes.length) return null
    reader.push(bytes)
    while (!isFull) {
      const frame = reader.next()
      if (frame === null) break
      gathered.add(frame)
      if (frame.commit === 0) continue
      lastPage = frame.pageNumber
      isFull = gathered.pageCount >= pagesMax
    }
    if (reader.stop !== null) return null // the chain breaks
  }
  const { pages, commit, endOffset, checksum } = gathered.committed()
  const reachedEnd = endOffset === end
  if (commit === 0 || (!reachedEnd && !isFull)) return null // the end is no commit
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

/** The last one, unless memory has been short since: runs follow each other, and fresh pages of memory cost as much as reading them. */
let spare: WeakRef<Uint8Array> | null = null

function sharedBuffer(bytes: number): Uint8Array {
  const last = spare?.deref()
  if (last !== undefined && last.length >= bytes) return last.subarray(0, bytes)
  const made = new Uint8Array(bytes)
  spare = new WeakRef(made)
  return made
}
