import type { FileInfo } from '@ltx/client-core'
import type { Txid } from '@ltx/format'
import type { SyncReport } from './database/follower-port.ts'

/**
 * `absent`: the file is not there (yet). `failed`: somebody has to do something; see the error event before it, whose `retryInMs` says
 * whether it is tried again all the same.
 */
export type DatabaseState = 'opening' | 'absent' | 'active' | 'dormant' | 'failed' | 'closed'

/** What happened to one database. Plain data; `path` names the database. */
export type ReplicatorEvent =
  | { readonly kind: 'state'; readonly path: string; readonly state: DatabaseState }
  /** How this process goes on from what is local and what is stored. */
  | {
      readonly kind: 'start'
      readonly path: string
      readonly plan: string
      readonly because: string
      /** What is stored is not only what was stored from here: another database, or another process, may be at work there. */
      readonly isOthers?: true
    }
  | { readonly kind: 'switched-to-wal'; readonly path: string }
  /** Local level 0 files were made. */
  | { readonly kind: 'sync'; readonly path: string; readonly report: SyncReport; readonly elapsedMs: number }
  | {
      readonly kind: 'upload'
      readonly path: string
      readonly files: readonly FileInfo[]
      readonly confirmed: Txid | null
    }
  | { readonly kind: 'checkpoint'; readonly path: string; readonly checkpoint: SyncReport['checkpoint'] }
  | {
      readonly kind: 'resync'
      readonly path: string
      readonly because: string
      readonly full: boolean
      readonly bytes: number
      /** Next to no page was the same as what is stored: another database's, or every page was written again. */
      readonly isAnother?: true
    }
  | { readonly kind: 'replaced'; readonly path: string }
  /** It is absent, and it was there before: because of that it is known. Once in each absence. */
  | { readonly kind: 'missing'; readonly path: string; readonly because: string }
  | {
      readonly kind: 'compaction'
      readonly path: string
      readonly level: number
      readonly file: FileInfo
      readonly inputs: number
    }
  | { readonly kind: 'snapshot'; readonly path: string; readonly file: FileInfo; readonly existed: boolean }
  | {
      readonly kind: 'retention'
      readonly path: string
      readonly deleted: readonly FileInfo[]
      readonly localDeleted: number
    }
  /** Another writer owns this replica path; nothing was overwritten, and nothing more is uploaded. */
  | { readonly kind: 'conflict'; readonly path: string; readonly txid: Txid; readonly error: Error }
  /** `log`: the first of a row, or one of those that are told every 30 s. */
  | {
      readonly kind: 'error'
      readonly path: string
      readonly during:
        | 'open'
        | 'sync'
        | 'upload'
        | 'compaction'
        | 'snapshot'
        | 'retention'
        | 'watch'
        | 'close'
      readonly error: Error
      readonly retryInMs: number | null
      readonly log: boolean
    }
  | {
      readonly kind: 'recovered'
      readonly path: string
      /** `local-state`: local files were gone or damaged before they were uploaded: what they held is read from the database again. */
      readonly during: 'open' | 'sync' | 'upload' | 'local-state'
      readonly failures: number
      /** Why local state was made again. */
      readonly because?: string
    }

export type ReplicatorListener = (event: ReplicatorEvent) => void
