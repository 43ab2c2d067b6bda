import { SNAPSHOT_LEVEL, type FileKey } from '@ltx/client-core'
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

/** One file that goes up. */
export interface UploadStep {
  readonly copy: LocalCopy
  /** What it is called in the replica. */
  readonly key: FileKey
  /** Once it is stored, everything local up to here is; `null`: nothing that restores is. */
  readonly confirms: Txid | null
}

export type UploadPlan =
  | { readonly kind: 'nothing' }
  /** In this order, one after the other. `more`: others follow after this batch. */
  | { readonly kind: 'upload'; readonly steps: readonly UploadStep[]; readonly more: boolean }
  /** The file that has to come next is not there, though it was made, or later ones are: uploading those would leave a hole. */
  | { readonly kind: 'missing'; readonly txid: Txid }

const FIRST = toTxid(1n)
const SECOND = toTxid(2n)

/**
 * Which local files go up next: those after the confirmed ones, in TXID order and without a hole, a bounded number at a time, so that
 * compaction and shutdown get their turn in a backlog.
 *
 * The first image goes up once, as the snapshot 1-1. The file after it comes first: Litestream takes a replica whose level 0 is empty
 * for an empty one, and would begin with TXID 1 again beside the snapshot (INTEROP-1).
 *
 * @see litestream `Replica.syncOnce` (spec-core §3.2); docs/decisions/0016-image-once.md
 */
export function planUpload(facts: UploadFacts): UploadPlan {
  const { confirmed, newest, filesMax } = facts
  const pending = facts.local.filter(({ txid }) => confirmed === null || txid > confirmed)
  let expected = (confirmed ?? 0n) + 1n
  if (pending.length === 0) {
    return (newest ?? 0n) < expected ? { kind: 'nothing' } : { kind: 'missing', txid: toTxid(expected) }
  }
  const [image, second] = pending
  if (image?.txid === FIRST) {
    if (second?.txid === SECOND) return firstImage(image, second, pending.length > 2)
    if (second === undefined && newest === null) return { kind: 'nothing' } // the file after it is being written
  }
  const steps: UploadStep[] = []
  for (const copy of pending) {
    if (copy.txid !== expected) break
    if (filesMax > 0 && steps.length === filesMax) return { kind: 'upload', steps, more: true }
    steps.push({ copy, key: level0(copy), confirms: copy.txid })
    expected++
  }
  if (steps.length === 0) return { kind: 'missing', txid: toTxid(expected) }
  return { kind: 'upload', steps, more: steps.length < pending.length }
}

function firstImage(image: LocalCopy, second: LocalCopy, more: boolean): UploadPlan {
  const snapshot = { level: SNAPSHOT_LEVEL, minTXID: FIRST, maxTXID: FIRST }
  const steps: UploadStep[] = [
    { copy: second, key: level0(second), confirms: null },
    { copy: image, key: snapshot, confirms: SECOND },
  ]
  return { kind: 'upload', steps, more }
}

function level0({ txid }: LocalCopy): FileKey {
  return { level: 0, minTXID: txid, maxTXID: txid }
}
