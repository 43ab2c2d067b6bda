import type { Env } from '@ltx/env'
import { toTxid, type Txid } from '@ltx/format'
import type { FileOwner } from '../database/file-owner.ts'
import type { WrittenFile } from '../database/ltx-file-writer.ts'
import type { LocalFiles } from '../database/local-files.ts'
import type { Baseline } from '../page-table/baseline.ts'
import { readDatabaseShape } from './database-size.ts'
import type { DatabaseFiles } from './database-files.ts'
import { DIFFERENCE_BLOCK_BYTES, DifferenceWriter } from './difference-writer.ts'
import { ImageReader, type PinnedImage } from './image-reader.ts'
import { publishedOfOurs, readWalHeader, sameGeneration } from './observe-wal.ts'
import { pageBlocks } from './page-blocks.ts'
import type { Pin } from './pin.ts'
import type { Position, WalPlace } from './position.ts'
import { readFrames } from './read-frames.ts'

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
  const { commit, place, lastPage } = run
  const pages = published.backfilled < published.frames ? run.pages : new Map<number, number>() // else readers see the database file alone
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
  readonly isAnother: boolean
}

/** Writes one level 0 file with the pages in which the database differs from the baseline, all read under the pin that is held. */
export async function copyDifference(
  env: Env,
  files: DatabaseFiles,
  local: LocalFiles,
  job: DifferenceJob,
): Promise<DifferenceResult> {
  const { published, baseline, owner, pause } = job
  const { image, lastPage } = published
  const { pageSize, commit } = image
  const position = positionAt(published, job.txid, job.timestampMs)
  const directory = local.level0Directory
  using writer = new DifferenceWriter(env, { directory, owner, position, baseline, lastPage })
  const reader = new ImageReader(files, image)
  for (const { firstPage, bytes } of pageBlocks(commit, pageSize, DIFFERENCE_BLOCK_BYTES)) {
    reader.read(firstPage, bytes)
    await writer.write(firstPage, bytes)
    await pause()
  }
  if (writer.isEqual)
    return {
      full: false,
      isAnother: false,
      file: null,
      position: { ...position, txid: toTxid(job.txid - 1n) },
    }
  const { isFull, isAnother } = writer
  return { full: isFull, isAnother, file: await writer.publish(), position }
}

/** Where a file with the TXID stands that holds what is published. */
export function positionAt({ image, place }: PublishedImage, txid: Txid, timestampMs: number): Position {
  const { pageSize, commit } = image
  return { txid, pageSize, commit, wal: place, timestampMs }
}
