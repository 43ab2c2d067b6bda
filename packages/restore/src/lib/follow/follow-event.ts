import type { Txid } from '@ltx/format'
import type { RestoreResult } from '../restore.ts'

/**
 * Why a copy was made equal to the newest state of the replica as a whole, instead of by the files after its transaction. `pruned`:
 * they are not kept any more. `behind`: the replica ends before the copy's transaction, as it does when it was begun anew. `changed`:
 * somebody else has written to the copy. `page-size`: the database has another page size now. `broken`: a file cannot be used.
 */
export type RebaseReason = 'pruned' | 'behind' | 'changed' | 'page-size' | 'broken'

/** What happens while a replica is followed. Plain data. */
export type FollowEvent =
  | { readonly kind: 'restored'; readonly txid: Txid; readonly result: RestoreResult }
  /** A copy of an earlier run goes on. `isAhead`: that run ended between a commit and the note of it. */
  | { readonly kind: 'resumed'; readonly txid: Txid; readonly isAhead: boolean }
  | ({ readonly kind: 'applied'; readonly files: number } & Applied)
  | ({ readonly kind: 'rebased'; readonly reason: RebaseReason } & Applied)
  /** Readers have not let go of the copy for so long. Told once per update. */
  | { readonly kind: 'waiting'; readonly waitedMs: number }
  /** Nothing was changed; it is tried again after `retryMs`. */
  | {
      readonly kind: 'failed'
      readonly error: unknown
      readonly consecutiveErrors: number
      readonly retryMs: number
    }

interface Applied {
  readonly fromTXID: Txid
  readonly txid: Txid
  /** Pages that were written. */
  readonly pages: number
  /** Since the newest transaction was replicated, by its file's header and this machine's clock; never negative. */
  readonly lagMs: number
  readonly durationMs: number
}
