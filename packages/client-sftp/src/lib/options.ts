import { posix } from 'node:path'
import { ClientError, refuseUnknown, type RequestObserver, shownName } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { parseHostKey, type HostKey } from './host-key.ts'

/** A server that is silent for so long while something is asked of it is gone, when nothing is said. */
const TIMEOUT_MS = 30_000

export interface SftpClientOptions {
  /** Name or address, without a port. */
  readonly host: string
  /** 22 when absent. */
  readonly port?: number | undefined
  readonly user: string
  /** Also the answer when the server asks at the keyboard. */
  readonly password?: string | undefined
  /** A private key without a passphrase. */
  readonly keyPath?: string | undefined
  /** Socket of an SSH agent; asked when there is neither a password nor a key. */
  readonly agent?: string | undefined
  /** The server's public key as a line of authorized_keys has it: `ssh-ed25519 AAAA…`. Nothing else is trusted then. */
  readonly hostKey?: string | undefined
  /** OpenSSH's known_hosts, looked at when there is no `hostKey`. A server that it does not know is taken, with a warning. */
  readonly knownHostsPath?: string | undefined
  /** The replica's directory on the server; relative to the directory one logs in to unless it begins with a slash. */
  readonly path?: string | undefined
  /** Whether an upload has several writes under way; true when absent. */
  readonly concurrentWrites?: boolean | undefined
  /** A server that is silent for so many milliseconds while something is asked of it is gone; 30 000 when absent. */
  readonly timeoutMs?: number | undefined
  readonly env: Env
  /** Told of every request, when it has ended. */
  readonly onRequest?: RequestObserver | undefined
}

/** Options that were looked through. */
export interface SftpSettings {
  readonly env: Env
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly keyPath: string | undefined
  readonly agent: string | undefined
  readonly hostKey: HostKey | null
  readonly knownHostsPath: string | undefined
  /** What the paths of the replica begin with: empty, or with a slash at its end. */
  readonly prefix: string
  readonly concurrentWrites: boolean
  readonly timeoutMs: number
  readonly onRequest: RequestObserver | undefined
}

const KNOWN: readonly (keyof SftpClientOptions)[] = [
  'host',
  'port',
  'user',
  'password',
  'keyPath',
  'agent',
  'hostKey',
  'knownHostsPath',
  'path',
  'concurrentWrites',
  'timeoutMs',
  'env',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` */
export function checkOptions(options: SftpClientOptions): SftpSettings {
  refuseUnknown('sftp', Object.keys(options), KNOWN)
  const { env, host, user, port = 22, timeoutMs = TIMEOUT_MS } = options
  if (host === '') throw badOptions('the host is missing: sftp://USER@HOST/PATH, or the key host')
  if (/[\s/@\0]/.test(host)) throw badOptions(`${shownName(host)} is no name of a host`)
  if (user === '') throw badOptions('the user is missing: sftp://USER@HOST/PATH, or the key user')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badOptions(`${port} is no port`)
  if (!(timeoutMs > 0)) throw badOptions(`timeoutMs ${timeoutMs} is not above 0`)
  const path = options.path ?? ''
  if (path.includes('\0')) throw badOptions('there is a zero byte in the path')
  return {
    env,
    host,
    port,
    user,
    password: textOrNothing(options.password),
    keyPath: textOrNothing(options.keyPath),
    agent: textOrNothing(options.agent),
    hostKey: hostKeyOf(options.hostKey),
    knownHostsPath: textOrNothing(options.knownHostsPath),
    prefix: posix.join(path, 'x').slice(0, -1), // cleaned as Go's path.Join does
    concurrentWrites: options.concurrentWrites ?? true,
    timeoutMs,
    onRequest: options.onRequest,
  }
}

function hostKeyOf(line: string | undefined): HostKey | null {
  if (line === undefined || line === '') return null
  const key = parseHostKey(line)
  if (key === null) {
    throw badOptions('the host key cannot be read: it looks like "ssh-ed25519 AAAA…", see ssh-keyscan')
  }
  return key
}

/** An empty text is as good as none, as in Litestream. */
function textOrNothing(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

export function badOptions(detail: string, options?: ErrorOptions): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `sftp client: ${detail}`, options)
}
