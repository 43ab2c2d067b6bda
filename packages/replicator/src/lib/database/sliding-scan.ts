import { basename } from 'node:path'
import type { Env } from '@ltx/env'
import { toTxid, type Txid } from '@ltx/format'
import { positionAt, type PublishedImage } from '../follow/copy-difference.ts'
import { DIFFERENCE_BLOCK_BYTES, differenceHeader, DifferenceWriter } from '../follow/difference-writer.ts'
import { fileTarget } from '../follow/copy-frames.ts'
import { LiveImage } from '../follow/live-image.ts'
import { overlayTarget } from '../follow/overlay-target.ts'
import { pageBlocks } from '../follow/page-blocks.ts'
import { PageOverlay } from '../follow/page-overlay.ts'
import type { Position } from '../follow/position.ts'
import type { SyncOutcome } from '../follow/sync-outcome.ts'
import { Track, type TrackTarget } from '../follow/track.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import { LocalFiles } from './local-files.ts'
import { makeOwnedDirectory } from './file-owner.ts'
import { level0Writer, type WrittenFile } from './ltx-file-writer.ts'
import { writeOverlaid } from './write-overlaid.ts'

/**
 * How long the WAL is left alone while pages are read or written, at least: where a turn takes longer, so does the pause after it, or the scan
 * would never end. A checkpoint of the application may wait so long for our pin.
 */
const PAUSE_MS_MIN = 200
/** How often it is logged how far a scan is. */
const TELL_MS = 10_000
/** SQLite gives no footing: a recovery, a torn index. */
const FOOTING_MS_MAX = 10_000
const FOOTING_WAIT_MS = 20

export interface ScanParts {
  readonly env: Env
  readonly follower: WalFollower
  /** Checkpoints if one is due. */
  afterSync(outcome: SyncOutcome): Promise<unknown>
}

export interface Scanned {
  /** The difference, if there is one, and what was committed while it was put together; each a level 0 file. */
  readonly files: readonly WrittenFile[]
  /** There was nothing to compare with. */
  readonly full: boolean
  readonly isAnother: boolean
}

/** What a scan keeps until it is over; nothing in here counts after that. */
export function scanDirectory(metaPath: string): string {
  return `${metaPath}/scan`
}

/** Frames were passed over unread, or the file was replaced: what was scanned is worth nothing. */
export class ScanLost extends Error {
  override readonly name = 'ScanLost'
}

/**
 * Compares a database, or writes it whole, while it is followed on (engine.md §4, sliding): the WAL is synced, the pin handed over and
 * checkpoints run every {@link PAUSE_MS_MIN}, so that nothing waits for the scan.
 *
 * 1. Pages are read block by block, through the frames known at that moment. The newest image of every page in a frame that is
 *    published meanwhile goes into an overlay. A page that was torn or too new when it was read is in such a frame: only frames
 *    past the beginning that are not read yet can have been moved under our eyes.
 * 2. A sync after the last block reads all that can have been moved by then. Here the file ends: what was read, overlaid.
 * 3. While it is put together, what is published becomes level 0 files of its own, with the TXIDs after it. They get their place when it
 *    has its own.
 */
export class SlidingScan implements Disposable {
  readonly #parts: ScanParts
  readonly #published: PublishedImage
  readonly #begun: Position
  readonly #directory: string
  readonly #image: LiveImage
  readonly #overlay: PageOverlay
  #isOver = false
  #nextTurnMs: number
  #toldMs: number

  /** Begins at what has just been published and observed, under the pin that is held. */
  constructor(parts: ScanParts, published: PublishedImage) {
    const { env, follower } = parts
    const { files, local, owner } = follower.parts
    this.#parts = parts
    this.#published = published
    this.#begun = positionAt(published, follower.track.nextTXID, follower.track.nextTimestampMs())
    this.#directory = scanDirectory(local.metaPath)
    this.#image = new LiveImage(files, this.#begun, published.image)
    this.#toldMs = env.clock.elapsedMs()
    this.#nextTurnMs = this.#toldMs + PAUSE_MS_MIN
    env.blockingFiles.removeTree(this.#directory)
    makeOwnedDirectory(env.blockingFiles, this.#directory, owner)
    this.#overlay = new PageOverlay(env.blockingFiles, `${this.#directory}/overlay`, this.#begun.pageSize)
    follower.beginAside(this.#track(overlayTarget(files, this.#overlay), this.#begun), this.#image)
  }

  /** @throws {ScanLost} */
  async run(): Promise<Scanned> {
    const { env, follower } = this.#parts
    using baseline = follower.parts.openBaseline()
    const { owner } = follower.parts
    const { lastPage } = this.#published
    const options = { directory: this.#directory, owner, position: this.#begun, baseline, lastPage }
    using writer = new DifferenceWriter(env, options)
    await this.#scan(writer)
    const end = await this.#footing()
    if (end !== this.#begun) return await this.#overlaid(writer, end)
    if (writer.isEqual) {
      this.#finish({ ...end, txid: toTxid(end.txid - 1n) }, [])
      return { files: [], full: false, isAnother: false }
    }
    const file = await writer.publish()
    this.#place(`${this.#directory}/${writer.name}`, file.txid)
    this.#finish(end, [])
    return { files: [file], full: writer.isFull, isAnother: writer.isAnother }
  }

  [Symbol.dispose](): void {
    const { follower } = this.#parts
    follower.endScan(this.#image)
    if (!this.#isOver) follower.endAside(null)
    this.#overlay.close()
    this.#cleanUp()
  }

  /** Never fails: what ended the scan is what has to be told, and the next scan or start removes what stays. */
  #cleanUp(): void {
    const { blockingFiles, logger } = this.#parts.env
    try {
      blockingFiles.removeTree(this.#directory)
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause))
      logger.log('warn', 'what a comparison has left behind cannot be removed yet', { error })
    }
  }

  async #scan(writer: DifferenceWriter): Promise<void> {
    const { pageSize, commit } = this.#begun
    const { pin, pause } = this.#parts.follower.parts
    for (const { firstPage, bytes } of pageBlocks(commit, pageSize, DIFFERENCE_BLOCK_BYTES)) {
      if (!pin.isHeld || !pin.covered) throw new ScanLost('no pin covers what is read')
      this.#image.read(firstPage, bytes)
      await writer.write(firstPage, bytes)
      this.#tell((firstPage - 1) * pageSize + bytes.length)
      await pause()
      await this.#turn()
    }
  }

  #tell(bytesDone: number): void {
    const { clock, logger } = this.#parts.env
    if (clock.elapsedMs() - this.#toldMs < TELL_MS) return
    this.#toldMs = clock.elapsedMs()
    const { pageSize, commit } = this.#begun
    const { path } = this.#parts.follower.parts.files
    logger.log('info', 'comparing a large database', {
      db: basename(path),
      bytes_done: bytesDone,
      bytes_total: commit * pageSize,
    })
  }

  /** The scan and the overlay as one file, and what is published meanwhile as files after it. */
  async #overlaid(writer: DifferenceWriter, end: Position): Promise<Scanned> {
    const { env, follower } = this.#parts
    const { local, owner, pause } = follower.parts
    const { txid } = this.#begun
    const scanned = `${this.#directory}/${writer.name}`
    await writer.publish()
    const whole: Position = { ...end, txid }
    const later: WrittenFile[] = []
    const track = this.#track(this.#laterFiles(later), whole)
    follower.turnAside(track)
    using target = level0Writer(env, local, differenceHeader(whole, txid), owner)
    await writeOverlaid(env.blockingFiles, scanned, this.#overlay, target, async () => {
      await pause()
      await this.#turn()
    })
    const file = target.publish()
    this.#finish(track.position ?? whole, later)
    return { files: [file, ...later], full: writer.isFull, isAnother: writer.isAnother }
  }

  /** The local files say as much as `position` now, once those in `later` have got their place. What fails on the way: see `newestTaken`. */
  #finish(position: Position, later: readonly WrittenFile[]): void {
    const { env, follower } = this.#parts
    const waiting = new LocalFiles(env.blockingFiles, this.#directory)
    for (const { txid } of later) this.#place(waiting.path(txid), txid)
    follower.endAside(position)
    this.#isOver = true
  }

  #place(path: string, txid: Txid): void {
    const { env, follower } = this.#parts
    const { local, owner } = follower.parts
    makeOwnedDirectory(env.blockingFiles, local.level0Directory, owner)
    env.blockingFiles.rename(path, local.path(txid))
    env.blockingFiles.syncDirectory(local.level0Directory)
  }

  #track(target: TrackTarget, position: Position): Track {
    const { env, follower } = this.#parts
    const start = { position, lastTXID: position.txid, lastTimestampMs: position.timestampMs }
    return new Track(target, follower.parts.owner, () => env.clock.wallMs(), start)
  }

  #laterFiles(written: WrittenFile[]): TrackTarget {
    const { env, follower } = this.#parts
    const target = fileTarget(follower.parts, new LocalFiles(env.blockingFiles, this.#directory), () => {})
    return {
      record: () => {},
      copy: (job, isStill) => {
        const file = target.copy(job, isStill)
        if (file !== null) written.push(file)
        return file
      },
    }
  }

  /** Syncs, hands over, checkpoints, if it is time. */
  async #turn(): Promise<void> {
    const { clock } = this.#parts.env
    const startMs = clock.elapsedMs()
    if (startMs < this.#nextTurnMs) return
    const outcome = await this.#sync()
    if (outcome.kind === 'synced') await this.#parts.afterSync(outcome)
    const endMs = clock.elapsedMs()
    this.#nextTurnMs = endMs + Math.max(PAUSE_MS_MIN, endMs - startMs)
  }

  /** Waits until everything that is published has been read. */
  async #footing(): Promise<Position> {
    const { clock } = this.#parts.env
    for (const startMs = clock.elapsedMs(); clock.elapsedMs() - startMs < FOOTING_MS_MAX;) {
      const outcome = await this.#sync()
      const { position } = this.#parts.follower
      if (outcome.kind === 'synced' && position !== null) return position
      await clock.sleep(FOOTING_WAIT_MS)
    }
    throw new ScanLost('SQLite gives no answer')
  }

  async #sync(): Promise<SyncOutcome> {
    const { follower } = this.#parts
    const outcome = await follower.syncPublished()
    const { kind, scanDue } = outcome
    if (scanDue !== null) throw new ScanLost(scanDue)
    if (kind === 'empty' || kind === 'not-wal') throw new ScanLost(kind)
    if (follower.parts.files.wereReplaced()) throw new ScanLost('the files were replaced')
    return outcome
  }
}
