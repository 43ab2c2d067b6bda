import { ClientError } from './errors.ts'
import { nearestWord } from './nearest-word.ts'
import { HIDDEN_NAME, isPlainName, shownName } from './shown-name.ts'

/**
 * The settings of one replica by their names in litestream.yml, already read: durations in milliseconds, sizes in bytes, lists as
 * arrays. Only keys that were given. What a client package makes its options of.
 */
export interface ReplicaSettings {
  /** `s3://…` and so on; absent when the replica is given by keys alone. */
  readonly url?: string | undefined
  readonly keys: Readonly<Record<string, SettingValue>>
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export type SettingValue = string | number | boolean | readonly string[]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS`: a name that is not known, with the nearest that is */
export function refuseUnknown(backend: string, names: readonly string[], known: readonly string[]): void {
  // When one of them is a piece of a password that was not escaped, so may the others be.
  const arePlain = names.every(isPlainName)
  for (const name of names) {
    if (known.includes(name)) continue
    throw new ClientError(
      'CLIENT_BAD_OPTIONS',
      `${backend}: there is no option ${arePlain ? shownName(name) : HIDDEN_NAME}; ${hintFor(name, known)}`,
    )
  }
}

function hintFor(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'it takes none'
  const nearest = nearestWord(name, known)
  return nearest === null ? `known are ${known.join(', ')}` : `did you mean ${JSON.stringify(nearest)}?`
}

/** Every key that a replica in litestream.yml may have, for all storages together: some stand at the top level for all replicas. */
const REPLICA_KEYS: readonly string[] = `
  url type path name bucket endpoint region part-size concurrency sync-interval max-sync-ltx-files
  auto-recover validation-interval access-key-id secret-access-key force-path-style sign-payload
  require-content-md5 skip-verify storage-class sse-customer-algorithm sse-customer-key
  sse-customer-key-path sse-kms-key-id account-name account-key sas-token host user password key-path
  host-key concurrent-writes webdav-url webdav-username webdav-password jwt seed creds nkey username
  token tls root-cas client-cert client-key max-reconnects reconnect-wait timeout age
`
  .trim()
  .split(/\s+/)

/**
 * Keys of other storages are fine, and not looked at.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: a key that no storage has, with the nearest that is known
 */
export function refuseUnknownKeys(backend: string, { keys }: ReplicaSettings): void {
  refuseUnknown(backend, Object.keys(keys), REPLICA_KEYS)
}
