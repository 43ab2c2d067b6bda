import { formatTxid, type Txid } from '@ltx/format'
import { RestoreError } from './errors.ts'

/**
 * Which state of the database is wanted: the newest, the one right after a transaction, or the last one whose file is dated strictly
 * before a moment (milliseconds since the Unix epoch), as Litestream reads `-timestamp`.
 */
export type RestoreTarget =
  | { readonly kind: 'latest' }
  | { readonly kind: 'txid'; readonly txid: Txid }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }

export const LATEST: RestoreTarget = { kind: 'latest' }

/** A `Date` reaches this far from the epoch. */
const TIMESTAMP_MS_MAX = 8.64e15

/** @throws {RestoreError} `RESTORE_BAD_OPTIONS` */
export function checkTarget(target: RestoreTarget): void {
  if (target.kind !== 'timestamp') return
  if (Number.isFinite(target.timestampMs) && Math.abs(target.timestampMs) <= TIMESTAMP_MS_MAX) return
  throw new RestoreError('RESTORE_BAD_OPTIONS', `${target.timestampMs} is not a moment in milliseconds`)
}

/** The target in a sentence: `restore TARGET`. */
export function describeTarget(target: RestoreTarget): string {
  switch (target.kind) {
    case 'latest':
      return 'the latest state'
    case 'txid':
      return `transaction ${formatTxid(target.txid)}`
    case 'timestamp':
      return `the state before ${formatTime(target.timestampMs)}`
  }
}

/** RFC 3339 in UTC with milliseconds; times outside what a `Date` can hold come out as the plain number. */
export function formatTime(timestampMs: number): string {
  return Math.abs(timestampMs) <= TIMESTAMP_MS_MAX ? new Date(timestampMs).toISOString() : `${timestampMs} ms`
}
