import type { Env } from '@ltx/env'
import { createHeader, toTxid, type Txid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import { lockPageNumber } from '@ltx/wal'
import {
  level0Writer,
  type FileOwner,
  type LtxFileWriter,
  type WrittenFile,
} from '../database/ltx-file-writer.ts'
import type { LocalFiles } from '../database/local-files.ts'
import type { Baseline } from '../page-table/baseline.ts'
import { readDatabaseShape } from './database-size.ts'
import type { DatabaseFiles } from './database-files.ts'
import { ImageReader, type PinnedImage } from './image-reader.ts'
import { publishedOfOurs, readWalHeader, sameGeneration } from './observe-wal.ts'
import type { Pin } from './pin.ts'
import type { Position, WalPlace } from './position.ts'
import { readFrames } from './read-frames.ts'

const BLOCK_BYTES = 4 * 1024 * 1024

/** A whole database at what SQLite has published now, and the place in the WAL where it ends. */
export interface PublishedImage {
  readonly image: PinnedImage
  /** `null`: nothing is published in a WAL. */
  readonly place: WalPlace | null
  /** Page of the WAL's last frame; Litestream looks for it in the newest file when it takes over. */
  readonly lastPage: number | null
}

/**
 * Looks at the whole database under a pin that has begun: published frames with their chain proven from the start of the WAL.
 *
 * @returns `moved`: look again. `empty`: a database without a page.
 */
export function observeImage(pin: Pin, files: DatabaseFiles): PublishedImage | 'moved' | 'empty' | 'not-wal' {
  const header = readWalHeader(files)
  const published = publishedOfOurs(pin, files)
  if (published.kind === 'not-wal') return 'not-wal'
  if (published.kind !== 'published') return 'moved'
  if (published.frames === 0) {
    const shape = readDatabaseShape(files)
    if (shape === null || shape.commit === 0) return 'empty'
    return { image: { ...shape, header: null, pages: new Map() }, place: null, lastPage: null }
  }
  if (header === null) return 'moved'
  const run = readFrames(files, header, { offset: 32, seed: header.checksum, frames: published.frames }, 0)
  if (run === null || !sameGeneration(readWalHeader(files), header)) return 'moved'
  const { commit, pages, place, lastPage } = run
  return { image: { pageSize: header.pageSize, commit, header, pages }, place, lastPage }
}

export interface DifferenceJob {
  readonly published: PublishedImage
  /** `null`: every page is written. */
  readonly baseline: Baseline | null
  readonly txid: Txid
  readonly timestampMs: number
  readonly owner: FileOwner
  /** Called between blocks, so that other databases of the thread get their turn. Throws to abort. */
  readonly pause: () => Promise<void>
}

export interface DifferenceResult {
  /** `null`: the database equals the baseline. */
  readonly file: WrittenFile | null
  readonly position: Position
  /** There was nothing to compare with: the file holds every page. */
  readonly full: boolean
}

/** Writes one level 0 file with the pages in which the database differs from the baseline (engine.md §4, Resync). */
export async function copyDifference(
  env: Env,
  files: DatabaseFiles,
  local: LocalFiles,
  job: DifferenceJob,
): Promise<DifferenceResult> {
  const { image, place, lastPage } = job.published
  const baseline = job.baseline?.pageSize === image.pageSize ? job.baseline : null
  using writer = level0Writer(env, local, differenceHeader(job), job.owner)
  const reader = new ImageReader(files, image)
  const pagesPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / image.pageSize))
  const block = new Uint8Array(Math.min(pagesPerBlock, image.commit) * image.pageSize)
  let differing = 0
  for (let first = 1; first <= image.commit; first += pagesPerBlock) {
    const count = Math.min(pagesPerBlock, image.commit - first + 1)
    const bytes = block.subarray(0, count * image.pageSize)
    reader.read(first, bytes)
    if (baseline === null) writeAll(writer, first, bytes, image.pageSize)
    else differing += writeDiffering(writer, first, bytes, { baseline, image, lastPage })
    await job.pause()
  }
  const { pageSize, commit } = image
  const position = { txid: job.txid, pageSize, commit, wal: place, timestampMs: job.timestampMs }
  if (baseline !== null && baseline.commit === commit && differing === 0) {
    return { full: false, file: null, position: { ...position, txid: toTxid(job.txid - 1n) } }
  }
  return { full: baseline === null, file: writer.publish(), position }
}

function differenceHeader(job: DifferenceJob): ReturnType<typeof createHeader> {
  const { image, place } = job.published
  const fields = {
    pageSize: image.pageSize,
    commit: image.commit,
    minTXID: job.txid,
    maxTXID: job.txid,
    timestampMs: job.timestampMs,
  }
  if (place === null) return createHeader(fields)
  const { salt1, salt2, offset } = place
  return createHeader({
    ...fields,
    walOffset: 32n,
    walSize: BigInt(offset - 32),
    walSalt1: salt1,
    walSalt2: salt2,
  })
}

function writeAll(writer: LtxFileWriter, firstPage: number, bytes: Uint8Array, pageSize: number): void {
  for (let at = 0; at < bytes.length; at += pageSize) {
    writer.write(firstPage + at / pageSize, bytes.subarray(at, at + pageSize))
  }
}

interface Compared {
  readonly baseline: Baseline
  readonly image: PinnedImage
  readonly lastPage: number | null
}

/** @returns how many pages differ. The page of the WAL's last frame is written although it does not, for Litestream's sake. */
function writeDiffering(
  writer: LtxFileWriter,
  firstPage: number,
  bytes: Uint8Array,
  compared: Compared,
): number {
  const { pageSize } = compared.image
  const lockPage = lockPageNumber(pageSize)
  const known = new BigUint64Array(bytes.length / pageSize)
  const found = new BigUint64Array(known.length)
  compared.baseline.read(firstPage, known)
  sharedKernels().pageChecksums(firstPage, bytes, pageSize, found)
  let differing = 0
  for (let index = 0; index < found.length; index++) {
    const page = firstPage + index
    const differs = page !== lockPage && (found[index] !== known[index] || page > compared.baseline.commit)
    if (differs) differing++
    if (differs || page === compared.lastPage)
      writer.write(page, bytes.subarray(index * pageSize, (index + 1) * pageSize))
  }
  return differing
}
