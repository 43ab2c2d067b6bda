import { ClientError } from './errors.ts'
import { nearestWord } from './nearest-word.ts'

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
  for (const name of names) {
    if (known.includes(name)) continue
    const nearest = nearestWord(name, known)
    const hint =
      nearest === null ? `known are ${known.join(', ')}` : `did you mean ${JSON.stringify(nearest)}?`
    throw new ClientError(
      'CLIENT_BAD_OPTIONS',
      `${backend}: there is no option ${JSON.stringify(name)}; ${hint}`,
    )
  }
}
