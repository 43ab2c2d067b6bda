import { toTxid, type Txid } from '@ltx/format'
import type { WalHeader } from '@ltx/wal'
import type { FileOwner } from '../database/file-owner.ts'
import type { WrittenFile } from '../database/ltx-file-writer.ts'
import type { CopyJob } from './copy-frames.ts'
import type { Position } from './position.ts'
import type { FrameRun } from './read-frames.ts'

/** Where the frames that a track follows go. */
export interface TrackTarget {
  /**
   * Takes a run of frames.
   *
   * @param isStill Asked last: is the WAL still the generation that was read? False: the run does not count.
   * @returns `null` when it was not.
   */
  copy(job: CopyJob, isStill: () => boolean): WrittenFile | null
  /** Every position the track comes to. */
  record(position: Position): void
}

export interface TrackStart {
  readonly position: Position | null
  /** TXID of the newest file before our own first; 0: there is none. */
  readonly lastTXID: bigint
  /** Header timestamp of the newest file, in milliseconds since the Unix epoch. */
  readonly lastTimestampMs: number
}

/** How far a WAL has been followed, and what the next file is called. */
export class Track {
  readonly #target: TrackTarget
  readonly #owner: FileOwner
  readonly #wallMs: () => number
  #position: Position | null
  #lastTXID: bigint
  #lastTimestampMs: number

  constructor(target: TrackTarget, owner: FileOwner, wallMs: () => number, start: TrackStart) {
    this.#target = target
    this.#owner = owner
    this.#wallMs = wallMs
    this.#position = start.position
    this.#lastTXID = start.lastTXID
    this.#lastTimestampMs = Math.max(start.lastTimestampMs, start.position?.timestampMs ?? 0)
  }

  get position(): Position | null {
    return this.#position
  }

  get lastTXID(): bigint {
    return this.#lastTXID
  }

  get nextTXID(): Txid {
    return toTxid(this.#lastTXID + 1n)
  }

  /** Time never goes back, whatever the wall clock does. */
  nextTimestampMs(): number {
    return Math.max(Math.floor(this.#wallMs()), this.#lastTimestampMs)
  }

  job(header: WalHeader, run: FrameRun): CopyJob {
    return {
      header,
      run,
      txid: this.nextTXID,
      timestampMs: this.nextTimestampMs(),
      commitBefore: this.#position?.commit ?? 0,
      owner: this.#owner,
    }
  }

  /** @returns `null`: see {@link TrackTarget.copy}; the track stays where it is. */
  copy(job: CopyJob, isStill: () => boolean): WrittenFile | null {
    const file = this.#target.copy(job, isStill)
    if (file === null) return null
    const { txid, timestampMs } = file
    const { place: wal, commit } = job.run
    this.moveTo({ txid, pageSize: job.header.pageSize, commit, wal, timestampMs })
    return file
  }

  moveTo(position: Position): void {
    this.#position = position
    this.#lastTXID = position.txid
    this.#lastTimestampMs = Math.max(this.#lastTimestampMs, position.timestampMs)
    this.#target.record(position)
  }

  /** The files up to `lastTXID` are taken, and nothing is known of the database. */
  forget(lastTXID: bigint): void {
    this.#position = null
    this.#lastTXID = lastTXID
  }
}
