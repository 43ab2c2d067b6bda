import { RestoreError } from './errors.ts'
import type { ReplicaListing } from './plan-restore.ts'
import { formatTime } from './restore-target.ts'

/** Times of the oldest and the newest file of a replica, in milliseconds since the Unix epoch. */
export interface TimeBounds {
  readonly earliestMs: number
  readonly latestMs: number
}

/**
 * `null` when there are no files. As exact as the listing's times are.
 *
 * @param legacy Objects of Litestream 0.3 at the same place, which count as well.
 */
export function timeBounds(
  listing: ReplicaListing,
  legacy: readonly { readonly modifiedAtMs: number }[] = [],
): TimeBounds | null {
  let earliestMs = Infinity
  let latestMs = -Infinity
  for (const files of listing.values()) {
    for (const { createdAtMs } of files) {
      earliestMs = Math.min(earliestMs, createdAtMs)
      latestMs = Math.max(latestMs, createdAtMs)
    }
  }
  for (const { modifiedAtMs } of legacy) {
    earliestMs = Math.min(earliestMs, modifiedAtMs)
    latestMs = Math.max(latestMs, modifiedAtMs)
  }
  return earliestMs === Infinity ? null : { earliestMs, latestMs }
}

/**
 * Refuses a moment outside the replica's bounds (both included). `planRestore` does not: for it a moment after the newest file means
 * the newest state. Litestream asks this only of replicas that are named by URL (spec-core §2.2).
 *
 * @param legacy As for {@link timeBounds}.
 * @throws {RestoreError} `RESTORE_NOTHING` without any files, `RESTORE_TIME_OUT_OF_RANGE`
 */
export function checkTimeBounds(
  listing: ReplicaListing,
  timestampMs: number,
  legacy: readonly { readonly modifiedAtMs: number }[] = [],
): void {
  const bounds = timeBounds(listing, legacy)
  if (bounds === null) throw new RestoreError('RESTORE_NOTHING', 'the replica holds no files')
  if (timestampMs >= bounds.earliestMs && timestampMs <= bounds.latestMs) return
  const { earliestMs, latestMs } = bounds
  throw new RestoreError(
    'RESTORE_TIME_OUT_OF_RANGE',
    `${formatTime(timestampMs)} is outside what is kept: ${formatTime(earliestMs)} to ${formatTime(latestMs)}`,
  )
}
