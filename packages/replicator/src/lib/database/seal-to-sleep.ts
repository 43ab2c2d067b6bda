import type { Env } from '@ltx/env'
import type { Txid } from '@ltx/format'
import type { ActiveDatabase } from './active-database.ts'
import type { SleepOutcome } from './follower-port.ts'
import { trySeal } from './seal-database.ts'

/** Seals a database on which nothing goes on, so that its connections may be closed now. `confirmed`: what the replica holds. */
export async function sealToSleep(
  env: Env,
  active: ActiveDatabase,
  { confirmed, isSuspect }: { readonly confirmed: Txid | null; readonly isSuspect: boolean },
): Promise<SleepOutcome> {
  const { follower } = active
  if (follower.pinIsNeeded || follower.scans.size > 0)
    return { kind: 'awake', because: 'a snapshot is being read' }
  const outcome = await follower.syncPublished()
  const txid = follower.position?.txid ?? null
  if (outcome.kind !== 'synced' || outcome.files.length > 0 || outcome.unpublished)
    return { kind: 'awake', because: 'something changed' }
  if (txid !== null && (confirmed === null || confirmed < txid))
    return { kind: 'awake', because: 'not uploaded' }
  if (isSuspect) return { kind: 'awake', because: 'to be compared' }
  const sealed = await trySeal(env, active)
  if (sealed === null || sealed.position.txid !== txid)
    return { kind: 'awake', because: 'a reader holds the WAL, or a commit came last' } // in a file that is not uploaded
  const { main, position } = sealed
  const { leftAtNs } = follower.unpublished
  return { kind: 'asleep', main, wal: position.wal, pageSize: position.pageSize, leftAtNs }
}
