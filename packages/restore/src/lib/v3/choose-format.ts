import type { Env } from '@ltx/env'
import type { ReplicaClient } from '@ltx/client-core'
import { listReplica } from '../list-replica.ts'
import type { ReplicaListing } from '../plan-restore.ts'
import type { RestoreTarget } from '../restore-target.ts'
import type { LegacyItem } from './layout.ts'
import { fitsLegacy, type LegacyTarget } from './plan.ts'
import { listLegacy } from './read-legacy.ts'

/** `ltx`: files of Litestream 0.5 and of ours. `0.3`: generations of Litestream 0.3. */
export type ReplicaFormat = 'ltx' | '0.3'

/**
 * Which of the two formats below one root a restore takes: the one with the newer data that the target may use; LTX when they are
 * equal. Litestream weighs only snapshots where the target is a moment, and so hands out older data than it has (spec-core §9.41).
 */
export function newerFormat(
  legacy: readonly LegacyItem[],
  listing: ReplicaListing,
  target: LegacyTarget,
): ReplicaFormat {
  const fitting = legacy.filter((item) => fitsLegacy(item, target))
  if (!fitting.some((item) => item.kind === 'snapshot')) {
    // nothing to start from: the old format only has the better error, and only if it is the only one
    return [...listing.values()].some((files) => files.length > 0) || legacy.length === 0 ? 'ltx' : '0.3'
  }
  let newestLtxMs = -Infinity
  for (const files of listing.values()) {
    for (const { createdAtMs } of files) {
      if (target.kind === 'timestamp' && createdAtMs >= target.timestampMs) continue
      newestLtxMs = Math.max(newestLtxMs, createdAtMs)
    }
  }
  return fitting.some(({ modifiedAtMs }) => modifiedAtMs > newestLtxMs) ? '0.3' : 'ltx'
}

/**
 * Looks at the replica for {@link newerFormat}. One listing where there is nothing of Litestream 0.3. A transaction id is only known
 * to LTX.
 *
 * @param listing As in `RestoreOptions`.
 * @throws {ClientError} as the storage says
 */
export async function chooseFormat(
  client: ReplicaClient,
  env: Pick<Env, 'clock' | 'random' | 'logger'>,
  target: RestoreTarget,
  signal?: AbortSignal,
  listing?: Promise<ReplicaListing>,
): Promise<ReplicaFormat> {
  if (target.kind === 'txid' || client.legacy === undefined) return 'ltx'
  const legacy = await listLegacy(client, env, signal)
  if (legacy.length === 0) return 'ltx'
  const exactTimestamps = target.kind === 'timestamp'
  return newerFormat(legacy, await (listing ?? listReplica(client, { exactTimestamps, signal })), target)
}
