import { refuseUnknown, refuseUnknownKeys, type ReplicaSettings, type SettingValue } from '@ltx/client-core'
import { badOptions, given, type NatsClientOptions } from './options.ts'

type Kind = 'string' | 'boolean' | 'number' | 'list'
type Settable = Omit<NatsClientOptions, 'env' | 'onRequest' | 'timeoutMs' | 'server'>

/** The options that have a key in litestream.yml. */
const ROWS: readonly (readonly [key: string, option: keyof Settable, kind: Kind])[] = [
  ['bucket', 'bucket', 'string'],
  ['path', 'path', 'string'],
  ['jwt', 'jwt', 'string'],
  ['seed', 'seed', 'string'],
  ['creds', 'creds', 'string'],
  ['nkey', 'nkey', 'string'],
  ['username', 'username', 'string'],
  ['password', 'password', 'string'],
  ['token', 'token', 'string'],
  ['tls', 'tls', 'boolean'],
  ['root-cas', 'rootCas', 'list'],
  ['client-cert', 'clientCert', 'string'],
  ['client-key', 'clientKey', 'string'],
  ['max-reconnects', 'maxReconnects', 'number'],
  ['reconnect-wait', 'reconnectWaitMs', 'number'],
  ['timeout', 'connectTimeoutMs', 'number'],
]

const LOGIN_KEYS: readonly string[] = ['jwt', 'creds', 'nkey', 'username', 'token']

/**
 * The options that a replica's URL and its keys in litestream.yml mean together: `nats://[USER:PASSWORD@]HOST[:PORT]/BUCKET`, or the
 * key `bucket`. A login among the keys wins over that of the URL. Nothing comes from the environment but the home of `~/`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: unknown names, a bucket said twice, values that cannot be read
 */
export function natsOptionsFrom(settings: ReplicaSettings): Omit<NatsClientOptions, 'env' | 'onRequest'> {
  const { keys, url, environment } = settings
  refuseUnknownKeys('nats', settings)
  const options: { -readonly [Name in keyof NatsClientOptions]?: NatsClientOptions[Name] } = {}
  for (const [key, option, kind] of ROWS) {
    const value = keys[key]
    if (value === undefined || value === '') continue
    Object.assign(options, { [option]: checked(key, value, kind) })
  }
  for (const option of ['creds', 'clientCert', 'clientKey'] as const) {
    const file = options[option]
    if (file !== undefined) options[option] = atHome(file, environment)
  }
  if (options.rootCas !== undefined)
    options.rootCas = options.rootCas.map((file) => atHome(file, environment))
  if (given(url) === null) return { ...options, bucket: options.bucket ?? '' }
  const place = parseUrl(url ?? '')
  if (place.bucket !== '' && options.bucket !== undefined && options.bucket !== place.bucket) {
    throw badOptions(`give url or bucket, not both: they say ${place.bucket} and ${options.bucket}`)
  }
  const hasLogin = LOGIN_KEYS.some((key) => (keys[key] ?? '') !== '')
  return {
    ...(hasLogin ? {} : place.login),
    ...options,
    ...(place.server === null ? {} : { server: place.server }),
    bucket: place.bucket === '' ? (options.bucket ?? '') : place.bucket,
  }
}

interface Place {
  /** `null`: the URL has no host. */
  readonly server: string | null
  readonly bucket: string
  readonly login: Pick<NatsClientOptions, 'username' | 'password' | 'token'>
}

/** @see spec-cli §3.2; a user without a password is a token, as everywhere in NATS */
function parseUrl(text: string): Place {
  const match = /^nats:\/\/(?:([^/?#]*)@)?([^/?#@]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i.exec(text)
  if (match === null) throw badOptions('the URL is nats://HOST:PORT/BUCKET')
  const [, user, host = '', path = '', query = ''] = match
  refuseUnknown('nats URL', [...new URLSearchParams(query).keys()], [])
  return {
    server: host === '' ? null : `nats://${host}`,
    bucket: decoded(path).replace(/^\/+|\/+$/g, ''),
    login: user === undefined || user === '' ? {} : loginOfUser(user),
  }
}

function loginOfUser(user: string): Place['login'] {
  const colon = user.indexOf(':')
  if (colon === -1) return { token: decoded(user) }
  return { username: decoded(user.slice(0, colon)), password: decoded(user.slice(colon + 1)) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw badOptions('the URL has a broken % escape') // no cause: it may be in the password
  }
}

function checked(key: string, value: SettingValue, kind: Kind): SettingValue {
  if (kind === 'list' ? Array.isArray(value) : typeof value === kind) return value
  throw badOptions(`${key} must be a ${kind}`)
}

function atHome(file: string, environment: ReplicaSettings['environment']): string {
  return file.startsWith('~/') ? `${environment['HOME'] ?? ''}${file.slice(1)}` : file
}
