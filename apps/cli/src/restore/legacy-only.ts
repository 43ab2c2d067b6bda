import type { ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { isRestoreError, type RestoreTarget } from '@ltx/restore'
import { listLegacy } from '@ltx/restore/legacy'
import { CommandError } from '../program/errors.ts'

/** What of a restore a replica of Litestream 0.3 cannot give. */
export interface Wanted {
  readonly target: Pick<RestoreTarget, 'kind'>
  readonly isFollowed: boolean
}

/** Does the place hold anything of Litestream 0.3? */
export async function holdsLegacy(
  client: Pick<ReplicaClient, 'legacy'>,
  env: Env,
  signal?: AbortSignal,
): Promise<boolean> {
  return (await listLegacy(client, env, signal)).length > 0
}

/**
 * The error of a restore that found nothing of the newer kind where there is a replica of Litestream 0.3: why that one was not taken, and
 * what to do. Any other error as it is.
 */
export async function explainLegacyOnly(
  error: unknown,
  { target, isFollowed }: Wanted,
  { client, env }: { readonly client: ReplicaClient; readonly env: Env },
  signal: AbortSignal,
): Promise<unknown> {
  if (target.kind !== 'txid' && !isFollowed) return error
  if (!isRestoreError(error, 'RESTORE_NOTHING') || !(await holdsLegacy(client, env, signal))) return error
  const what = `no matching backup files available: ${client.url} is a replica of Litestream 0.3`
  const [lack, hint] = isFollowed
    ? ['cannot be followed', 'leave out -f; replicate what is restored to a new replica, and follow that']
    : ['has no transaction ids', 'leave out -txid, or name a moment with -timestamp']
  return new CommandError(`${what}, which ${lack}`, { hint })
}
