import { posix } from 'node:path'
import { ClientError, refuseUnknown, type RequestObserver, shownName } from '@ltx/client-core'
import type { Env } from '@ltx/env'

/** How long connecting may take, and how long a lost connection is dialled again within one call, when nothing is said. */
const CONNECT_MS = 10_000

/** A request without any progress for so long has failed, when nothing is said. */
const TIMEOUT_MS = 30_000

/** Between two attempts to get a lost connection back, when nothing is said. */
const RECONNECT_WAIT_MS = 2000

const TIME_MS_MAX: number = 2 ** 31 - 1

export interface NatsClientOptions {
  readonly env: Env
  /** `nats://HOST[:PORT]`, or `tls://` for a connection that is encrypted; `nats://127.0.0.1:4222` when absent. */
  readonly server?: string | undefined
  /** Name of an object store, which has to exist. */
  readonly bucket: string
  /** What the names of all objects begin with, before `ltx/`; nothing when absent, as in Litestream. */
  readonly path?: string | undefined
  /** A user's JWT, with `seed`. The first that is given counts: this, `creds`, `nkey`, `username`, `token`. */
  readonly jwt?: string | undefined
  /** The secret half of a key, `SU…`: for `jwt`, or for an `nkey` that is a public key. */
  readonly seed?: string | undefined
  /** Path of a file with a JWT and its seed. */
  readonly creds?: string | undefined
  /** A seed, `SU…`; or the public key, `U…`, with `seed`. */
  readonly nkey?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  /** Insists on an encrypted connection. On with any of the following three. */
  readonly tls?: boolean | undefined
  /** Paths of PEM files: only these authorities are trusted. Those of Node when absent. */
  readonly rootCas?: readonly string[] | undefined
  /** Paths of PEM files: both or neither. */
  readonly clientCert?: string | undefined
  readonly clientKey?: string | undefined
  /** How often one call dials again when the connection was lost; -1, the default: as often as `connectTimeoutMs` lets it. */
  readonly maxReconnects?: number | undefined
  readonly reconnectWaitMs?: number | undefined
  /** For connecting; 10 s when absent. */
  readonly connectTimeoutMs?: number | undefined
  /** A request without any progress for so long has failed; 30 s when absent. A transfer may take as long as it takes. */
  readonly timeoutMs?: number | undefined
  /** Told of every request, when it has ended. */
  readonly onRequest?: RequestObserver | undefined
}

/** Options that were looked through. */
export interface NatsSettings {
  readonly env: Env
  readonly onRequest: RequestObserver | undefined
  /** `nats://host:port`, without credentials. */
  readonly server: string
  readonly bucket: string
  /** What every object's name begins with: empty, or with a slash at its end. */
  readonly prefix: string
  readonly login: Login
  readonly tls: TlsFiles | null
  readonly maxReconnects: number
  readonly reconnectWaitMs: number
  readonly connectTimeoutMs: number
  readonly timeoutMs: number
}

export type Login =
  | { readonly kind: 'none' }
  | { readonly kind: 'jwt'; readonly jwt: string; readonly seed: string }
  | { readonly kind: 'creds'; readonly file: string }
  | { readonly kind: 'nkey'; readonly seed: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }

/** Paths. */
export interface TlsFiles {
  readonly rootCas: readonly string[]
  readonly certificate: { readonly cert: string; readonly key: string } | null
}

const KNOWN: readonly (keyof NatsClientOptions)[] = [
  'env',
  'server',
  'bucket',
  'path',
  'jwt',
  'seed',
  'creds',
  'nkey',
  'username',
  'password',
  'token',
  'tls',
  'rootCas',
  'clientCert',
  'clientKey',
  'maxReconnects',
  'reconnectWaitMs',
  'connectTimeoutMs',
  'timeoutMs',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS`: what is wrong, and with which option */
export function checkOptions(options: NatsClientOptions): NatsSettings {
  refuseUnknown('nats client', Object.keys(options), KNOWN)
  const { bucket, maxReconnects = -1 } = options
  if (bucket === '') throw badOptions('bucket required: nats://HOST:PORT/BUCKET, or the key bucket')
  if (!/^[-\w]+$/.test(bucket)) {
    throw badOptions(`${shownName(bucket)} cannot be the name of an object store: letters, digits, - and _`)
  }
  if (!Number.isInteger(maxReconnects) || maxReconnects < -1) {
    throw badOptions(`max-reconnects is ${maxReconnects}, it must be a whole number, -1 for without end`)
  }
  const server = checkedServer(given(options.server) ?? 'nats://127.0.0.1:4222')
  return {
    env: options.env,
    onRequest: options.onRequest,
    server: server.url,
    bucket,
    prefix: prefixOf(options.path ?? ''),
    login: loginOf(options),
    tls: tlsOf(options, server.secure),
    maxReconnects,
    reconnectWaitMs: timeOf('reconnect-wait', options.reconnectWaitMs ?? RECONNECT_WAIT_MS, 0),
    connectTimeoutMs: timeOf('timeout', options.connectTimeoutMs ?? CONNECT_MS, 1),
    timeoutMs: timeOf('timeoutMs', options.timeoutMs ?? TIMEOUT_MS, 1),
  }
}

/** A text that is there; an empty one counts as not given, as in litestream.yml. */
export function given(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

export function badOptions(message: string, options?: ErrorOptions): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `nats: ${message}`, options)
}

function checkedServer(text: string): { readonly url: string; readonly secure: boolean } {
  const match = /^(nats|tls):\/\/([^/?#@]+)\/?$/.exec(text)
  if (match === null) {
    throw badOptions('the server is nats://HOST:PORT or tls://HOST:PORT, without a path and without a user')
  }
  const [, scheme, host = ''] = match
  const port = /^(?:\[[^\]]*\]|[^:]*):(.*)$/.exec(host)?.[1]
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    throw badOptions(`the port of the server is a number from 1 to 65535, not ${port}`)
  }
  return { url: `nats://${host}`, secure: scheme === 'tls' }
}

/** `a//b/`, `.` and so on cleaned; no slash in front: names of objects have none. */
function prefixOf(path: string): string {
  if (path.includes('\0')) throw badOptions('the path has a zero byte')
  return posix.join('/', path, 'x').slice(1, -1)
}

function loginOf(options: NatsClientOptions): Login {
  const [jwt, seed] = [given(options.jwt), given(options.seed)]
  if (jwt !== null && seed !== null) return { kind: 'jwt', jwt, seed }
  if (jwt !== null) throw badOptions('jwt needs seed, or use creds: a file with both')
  const file = given(options.creds)
  if (file !== null) return { kind: 'creds', file }
  const nkey = given(options.nkey)
  if (nkey !== null) return { kind: 'nkey', seed: seedOf(nkey, seed) }
  if (seed !== null) throw badOptions('seed is the secret half of jwt or nkey, and neither is given')
  const username = given(options.username)
  if (username !== null) return { kind: 'password', username, password: options.password ?? '' }
  const token = given(options.token)
  return token === null ? { kind: 'none' } : { kind: 'token', token }
}

function seedOf(nkey: string, seed: string | null): string {
  if (nkey.startsWith('S')) return nkey
  if (seed !== null) return seed
  throw badOptions(
    'nkey is a public key, and nobody can sign with it: give its seed (SU…) as nkey or as seed',
  )
}

function tlsOf(options: NatsClientOptions, secure: boolean): TlsFiles | null {
  const [cert, key] = [given(options.clientCert), given(options.clientKey)]
  if ((cert === null) !== (key === null)) {
    throw badOptions('client-cert and client-key go together: one of them is missing')
  }
  const rootCas = options.rootCas ?? []
  const certificate = cert === null || key === null ? null : { cert, key }
  if (options.tls !== true && !secure && rootCas.length === 0 && certificate === null) return null
  return { rootCas, certificate }
}

function timeOf(name: string, value: number, min: number): number {
  if (Number.isInteger(value) && value >= min && value <= TIME_MS_MAX) return value
  throw badOptions(`${name} is ${value}, it must be whole milliseconds, ${min} or more`)
}
