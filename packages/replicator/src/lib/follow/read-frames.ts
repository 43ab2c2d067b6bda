import { sharedKernels } from '@ltx/kernels'
import { decodeWalFrameHeader, WAL_FRAME_HEADER_BYTES, type WalHeader } from '@ltx/wal'
import type { DatabaseFiles } from './database-files.ts'
import type { ReadFrom } from './plan-sync.ts'
import type { WalPlace } from './position.ts'

/** Runs up to this size stay in memory; of larger ones only the page map does, and pages are read again. */
const RUN_BYTES_IN_MEMORY_MAX = 16 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024

/** Whole transactions read from the WAL. */
export interface FrameRun {
  /** Newest frame of each page: page number → offset of the page image in the WAL file, in bytes. May hold pages above `commit`. */
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

interface Gathered {
  readonly pages: Map<number, number>
  readonly open: Map<number, number>
  commit: number
  lastPage: number
  place: WalPlace | null
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
  const end = 32 + from.frames * frameBytes
  const total = end - from.offset
  const whole = total <= RUN_BYTES_IN_MEMORY_MAX ? new Uint8Array(total) : null
  const chunk = whole ?? new Uint8Array(Math.max(1, Math.floor(CHUNK_BYTES / frameBytes)) * frameBytes)
  const gathered: Gathered = { pages: new Map(), open: new Map(), commit: 0, lastPage: 0, place: null }
  const limit = bytesMax === 0 ? Number.POSITIVE_INFINITY : from.offset + bytesMax
  let seed = from.seed
  let stopped = false
  for (let offset = from.offset; offset < end && !stopped;) {
    const bytes = chunk.subarray(0, Math.min(chunk.length, end - offset))
    if (files.readWal(bytes, offset) < bytes.length) return null
    const chain = sharedKernels().checkWalFrames(
      seed,
      bytes,
      header.pageSize,
      header.littleEndian,
      header.salt1,
      header.salt2,
    )
    if (chain.frames * frameBytes !== bytes.length) return null
    seed = [chain.first, chain.second]
    stopped = gatherFrames(gathered, bytes, offset, header, limit)
    offset += bytes.length
  }
  const { pages, commit, lastPage, place } = gathered
  if (place === null) return null
  const reachedEnd = place.offset === end
  if (!reachedEnd && !stopped) return null // the end is no commit
  return { pages, commit, startOffset: from.offset, place, reachedEnd, lastPage, bytes: whole }
}

/** @returns true when a commit at or past `limit` was reached. */
function gatherFrames(
  gathered: Gathered,
  bytes: Uint8Array,
  start: number,
  header: WalHeader,
  limit: number,
): boolean {
  const frameBytes = WAL_FRAME_HEADER_BYTES + header.pageSize
  for (let at = 0; at < bytes.length; at += frameBytes) {
    const frame = decodeWalFrameHeader(bytes, at)
    gathered.open.set(frame.pageNumber, start + at + WAL_FRAME_HEADER_BYTES)
    if (frame.commit === 0) continue
    for (const [pageNumber, offset] of gathered.open) gathered.pages.set(pageNumber, offset)
    gathered.open.clear()
    gathered.commit = frame.commit
    gathered.lastPage = frame.pageNumber
    const offset = start + at + frameBytes
    gathered.place = { salt1: header.salt1, salt2: header.salt2, offset, checksum: frame.checksum }
    if (offset >= limit) return true
  }
  return false
}
