import type { ReplicaClient } from '@ltx/client-core'
import { isRestoreError, listReplica, type RestoreErrorCode } from '@ltx/restore'
import { CommandError } from '../program/errors.ts'

/** Beginnings of messages that scripts of Litestream's users look for. */
const KNOWN_WORDS: Readonly<Partial<Record<RestoreErrorCode, string>>> = {
  RESTORE_NOTHING: 'no matching backup files available',
  RESTORE_TXID_NOT_AVAILABLE: 'no matching backup files available',
  RESTORE_TIME_OUT_OF_RANGE: 'timestamp does not exist',
  RESTORE_CHECK_FAILED: 'post-restore integrity check',
  RESTORE_EXISTS: 'cannot restore',
  RESTORE_STALE_SIDECAR: 'cannot restore',
}

/** The error of a restore as the command prints it. */
export function explainRestoreError(error: unknown): unknown {
  if (!isRestoreError(error)) return error
  const words = KNOWN_WORDS[error.code]
  if (words === undefined) return error
  // The library has an option of that name, the command a flag.
  const message = error.message.replace(/\buse force\b/, 'use -force')
  return new CommandError(`${words}: ${message}`, { cause: error.cause })
}

/**
 * Did a restore fail because there is no backup at all? A replica that holds files, but none for the moment that was asked for, does
 * not count: whoever starts with an empty database then would not see that there was something to lose.
 */
export async function isReplicaEmpty(
  error: unknown,
  client: ReplicaClient,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isRestoreError(error, 'RESTORE_NOTHING')) return false
  for await (const { path } of client.legacy?.list({ signal }) ?? []) if (path !== '') return false // any object counts
  const listing = await listReplica(client, { signal })
  return [...listing.values()].every((files) => files.length === 0)
}
