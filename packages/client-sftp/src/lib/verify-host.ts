import { systemErrorCode } from '@ltx/env'
import { SftpConnectionError } from './errors.ts'
import { fingerprint, typeOf } from './host-key.ts'
import { knownKeys, type KnownKeys } from './known-hosts.ts'
import type { SftpSettings } from './options.ts'
import { readSmallFile } from './read-small-file.ts'

/** How the key of a server is judged. */
export interface HostVerifier {
  /** Types of keys that would be right: the server is to show one of these, if it has one. */
  readonly preferredTypes: readonly string[]
  /** `null`: it is the right one, or nobody knows. */
  judge(key: Buffer): SftpConnectionError | null
}

/** Reads what there is to compare with. Without any, the first key of a connection is taken, and `onUnknown` is told. */
export async function hostVerifier(
  settings: SftpSettings,
  onUnknown: (fingerprint: string) => void,
): Promise<HostVerifier> {
  const { host, port, hostKey, knownHostsPath } = settings
  const source = hostKey === null ? (knownHostsPath ?? 'known_hosts') : 'host-key'
  const known = hostKey === null ? await readKnown(settings) : { keys: [hostKey], revoked: [] }
  return {
    preferredTypes: [...new Set(known.keys.map(({ type }) => type))],
    judge(key) {
      const found = `${typeOf(key)} ${fingerprint(key)}`
      if (known.revoked.some(({ blob }) => blob.equals(key))) {
        return new SftpConnectionError('denied', `${source} says that the key ${found} of ${host} is revoked`)
      }
      if (known.keys.some(({ blob }) => blob.equals(key))) return null
      if (known.keys.length === 0) {
        onUnknown(found)
        return null
      }
      const expected = known.keys.map(({ type, blob }) => `${type} ${fingerprint(blob)}`).join(' or ')
      return new SftpConnectionError(
        'denied',
        `host key mismatch: ${host}:${port} showed ${found}, but ${source} says ${expected}. Somebody may be in between; ` +
          `if the server was set up anew, check the fingerprint there and change ${source}`,
      )
    },
  }
}

async function readKnown({ env, host, port, knownHostsPath }: SftpSettings): Promise<KnownKeys> {
  if (knownHostsPath === undefined) return { keys: [], revoked: [] }
  try {
    return knownKeys(new TextDecoder().decode(await readSmallFile(env.files, knownHostsPath)), host, port)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return { keys: [], revoked: [] }
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new SftpConnectionError('options', `${knownHostsPath} cannot be read: ${detail}`, { cause })
  }
}
