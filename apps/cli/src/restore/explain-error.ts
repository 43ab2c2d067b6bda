import type { ReplicaClient } from '@ltx/client-core'
import { systemErrorCode } from '@ltx/env'
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

/** Why the output cannot be written, where the system's own words do not say what to do. */
const NOT_WRITABLE: ReadonlySet<string | null> = new Set(['EACCES', 'EPERM', 'EROFS'])

export interface RestorePlaces {
  /** The replica, without secrets. */
  readonly url: string
  /** The output, as typed. */
  readonly output: string
}

/** The error of a restore as the command prints it. */
export function explainRestoreError(error: unknown, { url, output }: RestorePlaces): unknown {
  if (error instanceof Error && NOT_WRITABLE.has(systemErrorCode(error))) {
    const advice = 'give this user write permission for its directory, or choose another output with -o'
    return new CommandError(`cannot write ${output}: ${advice}: ${error.message}`, { cause: error })
  }
  if (!isRestoreError(error)) return error
  const words = KNOWN_WORDS[error.code]
  if (words === undefined) return error
  // The library has an option of that name, the command a flag.
  const message = error.message
    .replace(/\buse force\b/, 'use -force')
    .replace(/\bthe replica holds no files$/, `$&: is ${url} the right place?`)
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
