import { toTxid, type Txid } from '@ltx/format'
import type { LocalCopy } from './local-files-port.ts'

export interface UploadFacts {
  /** Local level 0 files, ascending. */
  readonly local: readonly LocalCopy[]
  /** Up to here the replica has confirmed what is local; `null`: nothing yet. */
  readonly confirmed: Txid | null
  /** The newest file that was made; `null`: not known. */
  readonly newest: Txid | null
  /** Files of one batch; 0: all. */
  readonly filesMax: number
}

export type UploadPlan =
  | { readonly kind: 'nothing' }
  /** In this order, one after the other. `more`: others follow after this batch. */
  | { readonly kind: 'upload'; readonly files: readonly LocalCopy[]; readonly more: boolean }
  /** The file that has to come next is not there, though it was made, or later ones are: uploading those would leave a hole. */
  | { readonly kind: 'missing'; readonly txid: Txid }

/**
 * Which local files go up next: those after the confirmed ones, in TXID order and without a hole, a bounded number at a time, so that
 * compaction and shutdown get their turn in a backlog.
 *
 * @see litestream `Replica.syncOnce` (spec-core §3.2)
 */
export function planUpload(facts: UploadFacts): UploadPlan {
  const pending = facts.local.filter(({ txid }) => facts.confirmed === null || txid > facts.confirmed)
  let expected = (facts.confirmed ?? 0n) + 1n
  if (pending.length === 0) {
    return (facts.newest ?? 0n) < expected ? { kind: 'nothing' } : { kind: 'missing', txid: toTxid(expected) }
  }
  const files: LocalCopy[] = []
  for (const file of pending) {
    if (file.txid !== expected) break
    if (facts.filesMax > 0 && files.length === facts.filesMax) return { kind: 'upload', files, more: true }
    files.push(file)
    expected++
  }
  if (files.length === 0) return { kind: 'missing', txid: toTxid(expected) }
  return { kind: 'upload', files, more: files.length < pending.length }
}
