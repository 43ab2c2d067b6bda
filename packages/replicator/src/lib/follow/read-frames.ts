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

/** So much of a run stays in memory, its end, where most pages have their newest image; what came before is read again. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024
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
  /** The end of the run, or all of it. */
  readonly kept: KeptFrames
}

/** Frames in memory, borrowed until this thread reads the next run. */
export interface KeptFrames {
  /** Of the first of them, in the WAL file, in bytes. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The whole run is in memory: nobody need look at the WAL again. */
export function isWhollyKept(run: FrameRun): boolean {
  return run.kept.offset <= run.startOffset
}

/**
 * Reads from `from` to exactly the last published frame, testing salts and the running checksum. Stops early, after a commit, once the
 * different pages are `bytesMax` bytes or more (0: never): however often a page was written, it is one page of the file.
 *
 * @param keptBytesMax Of the end of the run, how much stays in memory at most.
 * @returns `null` when the chain breaks or does not end with a commit: the WAL moved between two reads.
 */
export function readFrames(
  files: DatabaseFiles,
  header: WalHeader,
  from: ReadFrom,
  bytesMax: number,
  keptBytesMax: number = KEPT_BYTES_MAX,
): FrameRun | null {
  const frameBytes = WAL_FRAME_HEADER_BYTES + header.pageSize
  const end = WAL_HEADER_BYTES + from.frames * frameBytes
  const framesKept = Math.min(from.frames, Math.floor(keptBytesMax / frameBytes))
  const keptOffset = Math.max(from.offset, end - framesKept * frameBytes)
  const kept = { offset: keptOffset, bytes: sharedBuffer(end - keptOffset) }
  const chunkBytes = Math.max(1, Math.floor(CHUNK_BYTES / frameBytes)) * frameBytes
  const passing = new Uint8Array(keptOffset > from.offset ? chunkBytes : 0)
  const pagesMax = bytesMax === 0 ? Number.POSITIVE_INFINITY : bytesMax / header.pageSize
  const reader = new FrameReader({ header, ...from })
  const gathered = new CommittedPages(from)
  let lastPage = 0
  let isFull = false
  for (let offset = from.offset; offset < end && !isFull;) {
    const chunk = offset < keptOffset ? passing : kept.bytes.subarray(offset - keptOffset)
    const partEnd = offset < keptOffset ? keptOffset : end
    const bytes = chunk.subarray(0, Math.min(chunkBytes, partEnd - offset))
    if (files.readWal(bytes, offset) < bytes.length) return null
    offset += bytes.length
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
    kept,
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
  const made = new Uint8Array(2 ** Math.ceil(Math.log2(Math.max(1, bytes))))
  spare = new WeakRef(made)
  return made.subarray(0, bytes)
}
