import type { Txid } from '@ltx/format'
import type { CheckpointResult } from '../checkpoint/run-checkpoint.ts'
import type { WalPlace } from '../follow/position.ts'
import type { MainFacts } from '../follow/seal.ts'
import type { Resync } from '../follow/sync-outcome.ts'
import type { DatabaseSettings } from '../settings.ts'
import type { WrittenFile } from './ltx-file-writer.ts'

/** Which database, and how it is followed. */
export interface DatabaseFollowerOptions {
  /** Absolute. */
  readonly path: string
  readonly metaPath: string
  readonly settings: DatabaseSettings
}

/** `absent`: no such file, or an empty one: there is nothing to follow yet. */
export type OpenOutcome =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'opened'
      /** Newest local level 0 files without a hole. */
      readonly local: { readonly min: Txid; readonly max: Txid } | null
      readonly switchedToWal: boolean
      /** Something local tells what the database is to be compared with, should that be necessary. */
      readonly hasBaseline: boolean
    }

export type OpenedDatabase = Extract<OpenOutcome, { kind: 'opened' }>

/** How to go on, once it is known what the replica holds. No TXID is given out before. */
export interface StartOrder {
  /** False: the local files are dropped, the database is compared with nothing. */
  readonly keepLocal: boolean
  /** The next file is one more. `null`: the next is 1. */
  readonly lastTXID: Txid | null
  /** Timestamp of the newest stored file, in milliseconds since the Unix epoch; 0: none, or the local one tells. No later file is older. */
  readonly newestFileMs: number
  /** The replica holds everything up to it. */
  readonly confirmed: Txid | null
  /** While it is not known what the replica holds: the page table counts up to this local file. Nothing is absorbed into it meanwhile. */
  readonly assumed?: Txid | null
  /** The first image goes up once, as a snapshot: a small file 2 is written beside it. */
  readonly imageOnce?: boolean
  /** Woken without having been opened in this session: what processes before us left unfinished goes. */
  readonly sweep?: boolean
}

export interface SyncReport {
  /** See `SyncOutcome`; `replaced`: another file has the database's name now, or SQLite's locks were lost; it has been opened anew. `gone`: no file has it, all is closed. */
  readonly kind: 'synced' | 'busy' | 'empty' | 'not-wal' | 'replaced' | 'gone'
  readonly files: readonly WrittenFile[]
  /** Files of frames since the report before: some of `files`, and those of checkpoints, which are in no `files`. */
  readonly written?: readonly WrittenFile[]
  readonly resync: Resync | null
  readonly frames: number
  readonly backfilled: number
  readonly unpublished: boolean
  readonly backfilling: boolean
  /** Newest local TXID. */
  readonly lastTXID: Txid | null
  readonly pageSize: number | null
  /** Size of the `-wal` file. */
  readonly walBytes: number
  /** Size of the database, in bytes. */
  readonly databaseBytes: number
  /** By `Clock.elapsedMs`: what was committed before is in the files. `null`: that cannot be said. */
  readonly lookedAtMs: number | null
  /** It may have been changed while nobody looked: `compare` has something to do. */
  readonly isSuspect: boolean
  readonly checkpoint:
    | { readonly kind: 'none' | 'replaced' | 'gone' }
    | {
        readonly kind: 'quiet' | 'under-load' | 'shrink'
        readonly result: CheckpointResult
        readonly elapsedMs?: number
      }
}

export interface StagedSnapshot {
  readonly txid: Txid
  /** A whole LTX file from TXID 1 to `txid`; gone after `discardSnapshots` or the next start. */
  readonly path: string
  readonly bytes: number
  readonly timestampMs: number
  /** CRC-64 of the file's bytes as they were written; absent: its reader decodes it. */
  readonly storedChecksum?: bigint
}

export type SleepOutcome =
  | { readonly kind: 'awake'; readonly because: string }
  /** Connections are closed. An event wakes the database only if it looks different from this. */
  | {
      readonly kind: 'asleep'
      readonly main: MainFacts | null
      readonly wal: WalPlace | null
      readonly pageSize: number
      /** Change time of the WAL when frames past our place were left behind in it: with this time, they are no change. */
      readonly leftAtNs?: bigint | null
      /** Nobody has opened it in this session: it began so. */
      readonly neverOpened?: boolean
    }

/**
 * `needless`: nothing can have changed unseen. `same`: nothing has. `differs`: the next sync writes the pages that do. `later`: it was cut
 * short; the next sync may have made it needless.
 */
export type CompareOutcome = 'needless' | 'same' | 'differs' | 'later'

/**
 * What the main thread asks of the thread that has a database's SQLite connections. Plain data goes in and comes out. One call at a time
 * works on the database; the others wait their turn. Failures are `ReplicatorError`s.
 */
export interface FollowerPort {
  open(): Promise<OpenOutcome>
  start(order: StartOrder): Promise<void>
  /**
   * Opens a database again that was left asleep, goes on where it was left, and captures what is published. When it fails, and when the file
   * is gone, nothing is open.
   *
   * @throws {ReplicatorError} `REPLICATOR_LOCAL_STATE`: local files are not those that were left, so that no TXID may be given out
   */
  wake(order: StartOrder): Promise<SyncReport>
  /** Captures everything published, checkpoints if one is due. `look`: first see whether the file has been replaced (slow poll). */
  sync(options?: { readonly look: boolean }): Promise<SyncReport>
  /** Sync soon: a checkpoint of the application waits for our pin, or the WAL grows fast. Cheap; for the time between two syncs of a hot database. */
  isPinWanted(): Promise<boolean>
  /** The replica holds everything up to this TXID. */
  confirm(txid: Txid): Promise<void>
  /** Writes the database at the present position into one local file. `null`: nothing to write yet. */
  snapshot(): Promise<StagedSnapshot | null>
  discardSnapshots(): Promise<void>
  /** Compares the whole database if it may have been changed while nobody looked, or beside SQLite. Slow; others have their turns meanwhile. */
  compare(): Promise<CompareOutcome>
  /** Absorbs what is confirmed into the page table and deletes local files below `before`. */
  trim(before: Txid): Promise<{ readonly deleted: readonly Txid[] }>
  /** Seals and closes the connections, unless something is going on. `confirmed` as in `confirm`. */
  sleep(confirmed?: Txid | null): Promise<SleepOutcome>
  /** Forgets all local state; with `from`, only the files from that TXID on: what they hold is compared and written again. */
  reset(from?: Txid): Promise<void>
  /** Seals if that is possible at once, and closes. */
  close(): Promise<void>
}
