import type { Env } from '@ltx/env'
import { createHeader, type Txid } from '@ltx/format'
import { lockPageNumber, WAL_FRAME_HEADER_BYTES, WAL_HEADER_BYTES, type WalHeader } from '@ltx/wal'
import type { FileOwner } from '../database/file-owner.ts'
import { level0Writer, type LtxFileWriter, type WrittenFile } from '../database/ltx-file-writer.ts'
import type { LocalFiles } from '../database/local-files.ts'
import type { DatabaseFiles } from './database-files.ts'
import type { FollowerParts } from './follower-parts.ts'
import { readFrameHeader } from './observe-wal.ts'
import type { Position } from './position.ts'
import { isWhollyKept, type FrameRun } from './read-frames.ts'
import type { TrackTarget } from './track.ts'

/** Pages that are compressed at once, in bytes. */
const BATCH_BYTES = 1024 * 1024

export interface CopyJob {
  readonly header: WalHeader
  readonly run: FrameRun
  readonly txid: Txid
  readonly timestampMs: number
  /** Database size before the run, in pages. */
  readonly commitBefore: number
  readonly owner: FileOwner
}

/**
 * Writes one level 0 file from a run of frames: the newest image of each page up to the commit. A page that the database grew by and
 * that has no frame in the run comes from an older frame of the same generation, else from the database file, else it is zeros (spec-core
 * §3.4; a missing growth page would stop every later compaction, litestream#752).
 *
 * @param isStill Asked right before the file is published: is the WAL still the generation we read? False: nothing is written.
 * @returns `null` when it was not.
 */
export function copyFrames(
  env: Env,
  files: DatabaseFiles,
  local: LocalFiles,
  job: CopyJob,
  isStill: () => boolean,
): WrittenFile | null {
  const { run, header, txid } = job
  const { pageSize } = header
  using writer = level0Writer(
    env,
    local,
    createHeader({
      pageSize,
      commit: run.commit,
      minTXID: txid,
      maxTXID: txid,
      timestampMs: job.timestampMs,
      walOffset: BigInt(run.startOffset),
      walSize: BigInt(run.place.offset - run.startOffset),
      walSalt1: header.salt1,
      walSalt2: header.salt2,
    }),
    job.owner,
  )
  writePages(files, job, writer)
  return isStill() ? writer.publish() : null
}

/** A level 0 file for each run. */
export function fileTarget(
  { env, files }: Pick<FollowerParts, 'env' | 'files'>,
  local: LocalFiles,
  record: (position: Position) => void,
): TrackTarget {
  return { copy: (job, isStill) => copyFrames(env, files, local, job, isStill), record }
}

/** The pages of a run in ascending order, those that the database grew by included. `bytes` are borrowed for the call. */
export function eachPage(
  files: DatabaseFiles,
  job: CopyJob,
  visit: (page: number, bytes: Uint8Array) => void,
): void {
  const { run, header } = job
  const scratch = new Uint8Array(header.pageSize)
  for (const { page, offset } of places(files, job)) visit(page, pageAt(files, run, page, offset, scratch))
}

/** The same into a file: as many pages as lie in memory one after the other are compressed at once. */
function writePages(files: DatabaseFiles, job: CopyJob, writer: LtxFileWriter): void {
  const { run, header } = job
  const { pageSize } = header
  const batchMax = Math.max(1, Math.floor(BATCH_BYTES / pageSize))
  const scratch = new Uint8Array(pageSize)
  const numbers = new Uint32Array(batchMax)
  const offsets = new Uint32Array(batchMax)
  let count = 0
  const writeBatch = (): void => {
    writer.writeScattered(numbers.subarray(0, count), run.kept.bytes, offsets.subarray(0, count))
    count = 0
  }
  for (const { page, offset } of places(files, job)) {
    if (offset === null || offset < run.kept.offset) {
      writeBatch()
      writer.write(page, pageAt(files, run, page, offset, scratch))
      continue
    }
    numbers[count] = page
    offsets[count] = offset - run.kept.offset
    if (++count === batchMax) writeBatch()
  }
  writeBatch()
}

interface PagePlace {
  readonly page: number
  /** In the WAL file; `null`: the database file has it, or nobody. */
  readonly offset: number | null
}

function* places(files: DatabaseFiles, job: CopyJob): Generator<PagePlace, void, undefined> {
  const grown = growthPages(files, job)
  const { pages } = job.run
  const numbers = Uint32Array.from([...pages.keys(), ...grown.keys()]).toSorted()
  for (const page of numbers) yield { page, offset: pages.get(page) ?? grown.get(page) ?? null }
}

function pageAt(
  files: DatabaseFiles,
  run: FrameRun,
  page: number,
  offset: number | null,
  scratch: Uint8Array,
): Uint8Array {
  if (offset === null) {
    scratch.fill(0, files.readMain(scratch, (page - 1) * scratch.length))
    return scratch
  }
  const start = offset - run.kept.offset
  if (start >= 0) return run.kept.bytes.subarray(start, start + scratch.length)
  scratch.fill(0, files.readWal(scratch, offset))
  return scratch
}

/** True when all pages of the file are in memory already, so that it can be written after the WAL has moved on. */
export function isSelfContained(job: CopyJob): boolean {
  if (!isWhollyKept(job.run)) return false
  const lockPage = lockPageNumber(job.header.pageSize)
  for (let page = job.commitBefore + 1; page <= job.run.commit; page++) {
    if (page !== lockPage && !job.run.pages.has(page)) return false
  }
  return true
}

/** Pages that are new in the database and have no frame in the run: offset of an older frame, or `null` for the database file. */
function growthPages(files: DatabaseFiles, job: CopyJob): Map<number, number | null> {
  const missing = new Map<number, number | null>()
  const lockPage = lockPageNumber(job.header.pageSize)
  for (let page = job.commitBefore + 1; page <= job.run.commit; page++) {
    if (page !== lockPage && !job.run.pages.has(page)) missing.set(page, null)
  }
  if (missing.size === 0) return missing
  const frameBytes = WAL_FRAME_HEADER_BYTES + job.header.pageSize
  for (let offset = WAL_HEADER_BYTES; offset < job.run.startOffset; offset += frameBytes) {
    const frame = readFrameHeader(files, offset)
    if (frame === null || frame.salt1 !== job.header.salt1 || frame.salt2 !== job.header.salt2) break
    if (missing.has(frame.pageNumber)) missing.set(frame.pageNumber, offset + WAL_FRAME_HEADER_BYTES)
  }
  return missing
}
