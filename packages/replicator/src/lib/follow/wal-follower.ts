import type { Txid } from '@ltx/format'
import type { WalHeader } from '@ltx/wal'
import type { WrittenFile } from '../database/ltx-file-writer.ts'
import type { SqliteConnection } from '../sqlite/sqlite-driver.ts'
import { BackfillWatch } from './backfill-watch.ts'
import {
  copyDifference,
  observeImage,
  type DifferenceResult,
  type PublishedImage,
} from './copy-difference.ts'
import { fileTarget, type CopyJob } from './copy-frames.ts'
import type { FollowerParts } from './follower-parts.ts'
import { imageNow } from './image-at.ts'
import { ImageHolds } from './image-holds.ts'
import { LiveImage } from './live-image.ts'
import { newestTaken } from './newest-taken.ts'
import { observeWal, readWalHeader, sameGeneration } from './observe-wal.ts'
import { planSync, type ReadFrom, type ResyncReason, type SyncPlan, type WalFacts } from './plan-sync.ts'
import type { Position } from './position.ts'
import { writePosition } from './position-record.ts'
import { isWhollyKept, readFrames } from './read-frames.ts'
import {
  isWorthAnotherLook,
  noProgress,
  outcomeOf,
  signatureOf,
  type SyncOutcome,
  type SyncProgress,
} from './sync-outcome.ts'
import { Track } from './track.ts'
import { UnpublishedWatch } from './unpublished-watch.ts'

/** Two equal looks this far apart at a WAL that does not fit: it is so. */
const LOOKS_AGREE_AFTER_MS = 50
const LOOK_WAIT_MS_MAX = 50
/** A sync that finds no footing gives the database back to other work after this long. */
const SYNC_MS_MAX = 1000
/** How long what makes no event is waited for: frames written but not published, pages moved but not told of. */
const QUIET_WAIT_MS_MAX = 1000

/** Follows one WAL: turns what SQLite has published into level 0 files, and keeps the position (engine.md §2 and §4). */
export class WalFollower {
  readonly parts: FollowerParts
  readonly unpublished: UnpublishedWatch
  readonly written: WrittenFile[] = [] // files of frames, those of checkpoints as well. Whoever reports them takes them out
  /** Level 0 files, and the position that is stored. */
  readonly #stored: Track
  /** While a large database is compared: what is followed instead. */
  #aside: Track | null = null
  readonly #holds = new ImageHolds()
  readonly scans: Set<LiveImage> = new Set() // the pages are being read, under whatever pin there is
  readonly #backfills: BackfillWatch
  #isBackfilling = false

  constructor(parts: FollowerParts, position: Position | null, lastTXID: Txid | null) {
    this.parts = parts
    const { env, local, owner, newestFileMs } = parts
    const record = (to: Position): void => writePosition(env, local.metaPath, to)
    const start = { position, lastTXID: lastTXID ?? 0n, lastTimestampMs: newestFileMs }
    this.#stored = new Track(fileTarget(parts, local, record), owner, () => env.clock.wallMs(), start)
    this.unpublished = new UnpublishedWatch(env.clock)
    this.#backfills = new BackfillWatch(parts.files.statMain())
  }

  get position(): Position | null {
    return this.track.position
  }

  get lastTXID(): bigint {
    return this.track.lastTXID
  }

  get track(): Track {
    return this.#aside ?? this.#stored
  }

  get pinIsNeeded(): boolean {
    return this.#holds.any
  }

  /** Keeps the pinned image readable until the returned function is called. */
  holdImage(): () => void {
    return this.#holds.hold()
  }

  /** Begins a scan that goes on beside the syncs; end it with {@link WalFollower.endScan}. `null`: there is no position to begin at. */
  beginScan(): LiveImage | null {
    if (this.position === null || !this.parts.pin.covered) return null
    const { pin, files } = this.parts
    const scan = new LiveImage(files, this.position, imageNow(pin, files, this.position))
    this.scans.add(scan)
    return scan
  }

  endScan(scan: LiveImage): void {
    this.scans.delete(scan)
  }

  /** Forgets where we are: the next sync compares the whole database. `lastTXID`: the files up to it are taken. */
  forgetPosition(lastTXID: bigint): void {
    this.#loseScans()
    this.#stored.forget(lastTXID)
  }

  /**
   * Goes on from `track`'s position instead of the stored one, which stays as it is until {@link WalFollower.endAside}. What it stands at
   * must have been observed under the present pin, all of it (engine.md §1, covered).
   */
  beginAside(track: Track, scan: LiveImage): void {
    this.#loseScans()
    this.scans.add(scan)
    this.#aside = track
    this.parts.pin.covered = true
  }

  /** Lets what comes from now on go elsewhere. */
  turnAside(track: Track): void {
    this.#aside = track
  }

  /** @param position Local files say that much now. `null`: nothing came of it, and nothing of the stored position is covered. */
  endAside(position: Position | null): void {
    this.#aside = null
    if (position === null) this.parts.pin.covered = false
    else this.#stored.moveTo(position)
  }

  /** Reads all that is published. When that is nothing new, waits for what is about to happen without an event. */
  async sync(): Promise<SyncOutcome> {
    const { clock } = this.parts.env
    const startMs = clock.elapsedMs()
    for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, 64)) {
      const outcome = await this.syncPublished()
      if (!isWorthAnotherLook(outcome) || clock.elapsedMs() - startMs > QUIET_WAIT_MS_MAX) return outcome
      await clock.sleep(waitMs)
    }
  }

  /** Reads all that is published, once. `inOneGo`: however large a database is that has to be compared. */
  async syncPublished({ inOneGo }: { readonly inOneGo: boolean } = { inOneGo: false }): Promise<SyncOutcome> {
    const { clock } = this.parts.env
    const startMs = clock.elapsedMs()
    const progress = noProgress(inOneGo)
    this.#leaveTaken()
    let lastLook = { signature: '', sinceMs: startMs }
    if (!this.parts.pin.isHeld) return outcomeOf('busy', null, progress, false) // nothing would stand still while we read
    for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, LOOK_WAIT_MS_MAX)) {
      const { facts, plan } = this.#look()
      const done = await this.#act(plan, facts, progress)
      if (done !== 'look-again') return done
      const nowMs = clock.elapsedMs()
      const signature = signatureOf(plan, facts, this.position)
      if (signature === '' || signature !== lastLook.signature) lastLook = { signature, sinceMs: nowMs }
      else if (nowMs - lastLook.sinceMs >= LOOKS_AGREE_AFTER_MS) {
        const resynced = await this.#resync('wal-moved', progress)
        if (resynced !== 'look-again') return resynced
      }
      if (nowMs - startMs > SYNC_MS_MAX) return outcomeOf('busy', facts, progress, true)
      await clock.sleep(waitMs)
    }
  }

  /**
   * Under the write lock on the idle connection, and with the pin dropped: reads the rest of the WAL. Asked on the other connection,
   * since SQLite answers none that is in a transaction. Blocks; writes nothing.
   *
   * @returns What to write after the lock with {@link WalFollower.writeTail}; `null`: nothing new; `failed`: the WAL did not fit.
   */
  readTailUnderLock(): CopyJob | null | 'failed' {
    const { pin, files } = this.parts
    const { facts, plan } = this.#look(pin.pinned)
    if (plan.kind === 'nothing') return null
    if (!('from' in plan) || facts.header === null) return 'failed'
    const run = readFrames(files, facts.header, plan.from, 0)
    return run === null ? 'failed' : this.track.job(facts.header, run)
  }

  writeTail(job: CopyJob): WrittenFile {
    const file = this.#copyJob(job, () => true)
    if (file === null) throw new Error('invariant broken: a tail in memory cannot move')
    return file
  }

  /** Moves the pin on, unless somebody reads the pinned image. */
  handOver(): boolean {
    return !this.pinIsNeeded && this.parts.pin.handOver()
  }

  #look(connection?: SqliteConnection): {
    facts: WalFacts & { readonly header: WalHeader | null }
    plan: SyncPlan
  } {
    const { env, files, pin } = this.parts
    const main = files.statMain() // before SQLite is asked
    const facts = observeWal(pin, files, this.position, connection)
    this.#isBackfilling = this.#backfills.isAtWork(main, facts.published, env.clock.elapsedMs())
    return { facts, plan: planSync(facts, this.position, pin.covered) }
  }

  async #act(
    plan: SyncPlan,
    facts: WalFacts & { readonly header: WalHeader | null },
    progress: SyncProgress,
  ): Promise<SyncOutcome | 'look-again'> {
    switch (plan.kind) {
      case 'nothing':
        this.parts.pin.covered = true
        return this.#finish(facts, progress)
      case 'continue':
      case 'next-generation':
        return this.#copy(plan.from, facts, progress)
      case 'resync':
        return this.#resync(plan.because, progress)
      case 'not-wal':
        return outcomeOf('not-wal', facts, progress, false)
      case 'no-answer':
      case 'look-again':
        return 'look-again'
      default:
        return plan satisfies never
    }
  }

  #copy(
    from: ReadFrom,
    facts: WalFacts & { readonly header: WalHeader | null },
    progress: SyncProgress,
  ): SyncOutcome | 'look-again' {
    const { files, pin, maxSyncWalBytes } = this.parts
    let { offset, seed } = from
    const header = facts.header
    if (header === null) return 'look-again'
    for (;;) {
      const run = readFrames(files, header, { offset, seed, frames: from.frames }, maxSyncWalBytes)
      if (run === null || !sameGeneration(readWalHeader(files), header)) return 'look-again'
      const isStill = (): boolean => isWhollyKept(run) || sameGeneration(readWalHeader(files), header)
      const file = this.#copyJob(this.track.job(header, run), isStill)
      if (file === null) return 'look-again'
      progress.files.push(file)
      if (run.reachedEnd) break
      ;({ offset, checksum: seed } = run.place)
    }
    pin.covered = true
    return this.#finish(facts, progress)
  }

  #finish(facts: WalFacts, progress: SyncProgress): SyncOutcome {
    this.handOver()
    const isPending = this.unpublished.isPending(this.parts.files, this.position)
    return outcomeOf('synced', facts, progress, isPending, this.#isBackfilling)
  }

  async #resync(because: ResyncReason, progress: SyncProgress): Promise<SyncOutcome | 'look-again'> {
    const { files, pin, scanBytesMin } = this.parts
    if (this.#aside !== null || (!progress.inOneGo && files.areLarger(scanBytesMin))) {
      progress.scanDue = because
      return outcomeOf('busy', null, progress, false)
    }
    const published = observeImage(pin, files)
    if (published === 'moved') return 'look-again'
    if (published === 'empty' || published === 'not-wal') return outcomeOf(published, null, progress, false)
    this.#loseScans()
    const { file, position, full, isAnother } = await this.#compare(published)
    if (file !== null) progress.files.push(file)
    this.#stored.moveTo(position)
    pin.covered = true
    progress.resync = { because, full, ...(isAnother && { isAnother }) }
    this.handOver()
    const now = observeWal(pin, files, position)
    return outcomeOf('synced', now, progress, this.unpublished.isPending(files, this.position))
  }

  async #compare(published: PublishedImage): Promise<DifferenceResult> {
    const { env, files, local, owner, pause } = this.parts
    using baseline = this.parts.openBaseline()
    const job = { txid: this.track.nextTXID, timestampMs: this.track.nextTimestampMs(), owner, pause }
    return await copyDifference(env, files, local, { ...job, published, baseline })
  }

  /** What is not in a file that has its name is compared, and comes after it. */
  #leaveTaken(): void {
    if (this.#aside !== null) return
    const { env, local } = this.parts
    const newest = newestTaken(env.blockingFiles, local, this.lastTXID)
    if (newest !== this.lastTXID) this.forgetPosition(newest)
  }

  #copyJob(job: CopyJob, isStill: () => boolean): WrittenFile | null {
    const file = this.track.copy(job, isStill)
    if (file === null) return null
    for (const scan of this.scans) scan.advance(job.header, job.run)
    if (this.#aside === null) this.written.push(file)
    return file
  }

  #loseScans(): void {
    for (const scan of this.scans) scan.lose()
  }
}
