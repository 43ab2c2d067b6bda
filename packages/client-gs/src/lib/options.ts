import { posix } from 'node:path'
import {
  ClientError,
  refuseUnknown,
  refuseUnknownKeys,
  type ReplicaSettings,
  type RequestObserver,
  shownName,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'

/** Bytes of a part, when nothing is said. A file that fits goes up in one request. */
const PART_BYTES: number = 8 * 1024 * 1024

/** Parts are multiples of this: Google's rule for resumable uploads. */
export const PART_BYTES_UNIT: number = 256 * 1024

/** No larger part: it is held in memory. */
const PART_BYTES_MAX: number = 1024 * 1024 * 1024

/** A request that makes no progress for so long has failed, when nothing is said. */
const TIMEOUT_MS = 30_000

/** Google's own service. */
const GOOGLE = 'https://storage.googleapis.com'

/** Proxies, as the environment variables of these names say them. */
export interface GsProxy {
  readonly http?: string | undefined
  readonly https?: string | undefined
  /** Hosts that are reached directly, with commas. */
  readonly none?: string | undefined
}

export interface GsClientOptions {
  readonly bucket: string
  /** Prefix of every key, cleaned as Litestream cleans it; the top of the bucket when absent. */
  readonly path?: string | undefined
  /** Where the service is; Google's own when absent. Plain `http` is spoken without credentials: an emulator. */
  readonly endpoint?: string | undefined
  /** A valid OAuth access token, asked for at every request. Application Default Credentials when absent. */
  readonly accessToken?: (() => Promise<string>) | undefined
  readonly proxy?: GsProxy | undefined
  /** Bytes of one part of an upload, rounded up to a multiple of 256 KiB; 8 MiB when absent. An upload holds one in memory. */
  readonly partBytes?: number | undefined
  /** A request that makes no progress for so many milliseconds has failed; 30 000 when absent. */
  readonly timeoutMs?: number | undefined
  readonly env: Env
  /** Told of every request, when it has ended. */
  readonly onRequest?: RequestObserver | undefined
}

/** Options that were looked through. */
export interface GsSettings {
  readonly env: Env
  readonly bucket: string
  /** What every key begins with: empty at the top of the bucket, otherwise with a slash at its end. */
  readonly prefix: string
  /** `https://host[:port]`, without a path. */
  readonly endpoint: string
  readonly authentication: 'google' | 'token' | 'none'
  readonly accessToken: (() => Promise<string>) | undefined
  readonly proxy: GsProxy
  readonly partBytes: number
  readonly timeoutMs: number
  readonly onRequest: RequestObserver | undefined
}

const KNOWN: readonly (keyof GsClientOptions)[] = [
  'bucket',
  'path',
  'endpoint',
  'accessToken',
  'proxy',
  'partBytes',
  'timeoutMs',
  'env',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` */
export function checkOptions(options: GsClientOptions): GsSettings {
  refuseUnknown('gs', Object.keys(options), KNOWN)
  const { env, bucket, accessToken, partBytes = PART_BYTES, timeoutMs = TIMEOUT_MS } = options
  if (bucket === '') throw badOptions('the bucket is missing: gs://BUCKET/PATH, or the key bucket')
  if (/[/?#\s\0]/.test(bucket)) throw badOptions(`${JSON.stringify(bucket)} is no name of a bucket`)
  if (!Number.isInteger(partBytes) || partBytes < 1 || partBytes > PART_BYTES_MAX) {
    throw badOptions(`partBytes ${partBytes} is not in 1..${PART_BYTES_MAX}`)
  }
  if (!(timeoutMs > 0)) throw badOptions(`timeoutMs ${timeoutMs} is not above 0`)
  const endpoint = checkedEndpoint(options.endpoint ?? GOOGLE)
  const secure = endpoint.protocol === 'https:'
  if (accessToken !== undefined && !secure && !isLoopback(endpoint.hostname)) {
    throw badOptions('an access token is never sent over plain http: give an https endpoint')
  }
  return {
    env,
    bucket,
    prefix: prefixOf(options.path ?? ''),
    endpoint: endpoint.origin,
    authentication: accessToken !== undefined ? 'token' : secure ? 'google' : 'none',
    accessToken,
    proxy: options.proxy ?? {},
    partBytes: Math.ceil(partBytes / PART_BYTES_UNIT) * PART_BYTES_UNIT,
    timeoutMs,
    onRequest: options.onRequest,
  }
}

/**
 * Options out of a URL, the keys of litestream.yml and the environment.
 *
 * `gs://BUCKET[/PATH][?endpoint=URL]`, or the keys `bucket` and `path`; `part-size`; the environment variable `STORAGE_EMULATOR_HOST`
 * and those of proxies. The key `endpoint` never counted for gs, and may be there for another replica.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function gsOptionsFrom(settings: ReplicaSettings): Omit<GsClientOptions, 'env' | 'onRequest'> {
  const { keys, environment, url } = settings
  refuseUnknownKeys('gs', settings)
  const place =
    url === undefined ? { bucket: textOf(keys, 'bucket'), path: textOf(keys, 'path') } : placeOf(url, keys)
  const partBytes = keys['part-size']
  return {
    bucket: place.bucket ?? '',
    path: place.path,
    endpoint: place.endpoint ?? emulator(environment['STORAGE_EMULATOR_HOST']),
    proxy: {
      http: environment['HTTP_PROXY'] ?? environment['http_proxy'],
      https: environment['HTTPS_PROXY'] ?? environment['https_proxy'],
      none: environment['NO_PROXY'] ?? environment['no_proxy'],
    },
    ...(typeof partBytes === 'number' ? { partBytes } : {}),
  }
}

interface Place {
  readonly bucket: string | undefined
  readonly path: string | undefined
  readonly endpoint?: string | undefined
}

function placeOf(text: string, keys: ReplicaSettings['keys']): Place {
  for (const key of ['bucket', 'path']) {
    if (keys[key] !== undefined)
      throw badOptions(`the replica has a url and the key ${key}: give one of them`)
  }
  let url: URL
  let path: string
  try {
    url = new URL(text)
    path = decodeURIComponent(url.pathname)
  } catch {
    throw badOptions('the url cannot be read: gs://BUCKET/PATH') // its cause would quote a password
  }
  if (url.protocol !== 'gs:') throw badOptions(`a url of this kind begins with gs://, not ${url.protocol}//`)
  if (url.port !== '' || url.username !== '' || url.password !== '') {
    throw badOptions('the url is gs://BUCKET/PATH, without a port and without a user')
  }
  refuseUnknown('gs', [...url.searchParams.keys()], ['endpoint'])
  const endpoint = url.searchParams.get('endpoint')
  return { bucket: url.hostname, path: path.replace(/^\/+/, ''), endpoint: endpoint ?? undefined }
}

function emulator(host: string | undefined): string | undefined {
  if (host === undefined || host === '') return undefined
  return /^https?:\/\//.test(host) ? host : `http://${host}`
}

/** `.`, `a//b/` and so on as Go's `path.Join` cleans them; a slash in front stays. */
function prefixOf(path: string): string {
  return posix.join(path, 'x').slice(0, -1)
}

function checkedEndpoint(text: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw badOptions(`the endpoint ${shownName(text)} is no URL`) // its cause would quote a password
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw badOptions(`the endpoint begins with https:// or http://, not ${url.protocol}//`)
  }
  if (url.username !== '' || url.password !== '')
    throw badOptions('the endpoint has a user or a password in it')
  if (url.pathname.replace(/^\/(storage\/v1\/?)?$/, '') !== '') {
    throw badOptions(`the endpoint is a host, and has no path: ${url.pathname}`)
  }
  return url
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

function textOf(keys: ReplicaSettings['keys'], key: string): string | undefined {
  const value = keys[key]
  if (value === undefined || typeof value === 'string') return value
  throw badOptions(`the key ${key} is a text`)
}

export function badOptions(detail: string, options?: ErrorOptions): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `gs client: ${detail}`, options)
}
