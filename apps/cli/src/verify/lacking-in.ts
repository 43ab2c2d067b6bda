import type { ReplicaClient } from '@ltx/client-core'
import type { Clock } from '@ltx/env'
import { formatTxid, type Txid } from '@ltx/format'
import { isRestoreError, listReplica, planRestore, type ReplicaListing } from '@ltx/restore'

/** A writer that deletes old files may be halfway through while the levels are listed. */
const AGAIN_MS = 1000

export interface SeenReplica {
  readonly client: ReplicaClient
  readonly listing: ReplicaListing
  /** Everything up to it was in the replica before it was listed. */
  readonly confirmed: Txid | null
}

/**
 * Whether a restore of the newest state would find all that was stored. What seems to be missing is listed once more.
 *
 * @returns what is missing; `null`: nothing
 * @throws {ClientError} the replica cannot be listed
 */
export async function lackingIn(
  seen: SeenReplica,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | null> {
  if (missing(seen) === null) return null
  await clock.sleep(AGAIN_MS, { signal })
  return missing({ ...seen, listing: await listReplica(seen.client, { signal }) })
}

function missing({ listing, confirmed }: SeenReplica): string | null {
  if (confirmed === null) return null
  try {
    const { maxTXID } = planRestore(listing, { kind: 'latest' })
    return maxTXID >= confirmed
      ? null
      : `the replica held ${formatTxid(confirmed)} and now ends at ${formatTxid(maxTXID)}`
  } catch (error) {
    if (isRestoreError(error)) return error.message
    throw error
  }
}
