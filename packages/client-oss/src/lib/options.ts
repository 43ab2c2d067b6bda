import { isIP } from 'node:net'
import { ClientError, refuseUnknown, type RequestObserver, shownName } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { PART_BYTES, PART_BYTES_MAX, PART_BYTES_MIN } from './part-sizes.ts'

/** Where a bucket is when nobody says it, as in Litestream. */
const REGION = 'cn-hangzhou'

/** The server may be silent for so long, when nothing is said. */
const TIMEOUT_MS = 30_000

/** Parts of one file under way at once, when nothing is said. */
const CONCURRENCY = 3

export const NO_SLASH_FIRST =
  'OSS takes no key that begins with a slash: give the replica a path without one, oss://BUCKET/PATH'

/** Proxies, as the environment variables of these names say them. */
export interface OssProxy {
  readonly http?: string | undefined
  readonly https?: string | undefined
  /** Hosts that are reached directly, with commas. */
  readonly none?: string | undefined
}

export interface OssClientOptions {
  readonly env: Env
  readonly bucket: string
  /** What all keys begin with, followed by a slash, exactly as it stands. OSS takes no key that begins with a slash. */
  readonly path?: string | undefined
  /** `cn-hangzhou`, with or without `oss-`. When absent: that of the endpoint, otherwise `cn-hangzhou`. */
  readonly region?: string | undefined
  /** Host or URL of the service, without the bucket; `https` when it does not say. When absent: the region's public one. */
  readonly endpoint?: string | undefined
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Of temporary credentials. */
  readonly securityToken?: string | undefined
  /** How requests are signed: `v4`, when absent, or `v1` where the region is not known: an endpoint of one's own, and no region. */
  readonly signature?: 'v1' | 'v4' | undefined
  /** Bytes of the first parts of a large file, 100 KiB to 5 GiB; 6 MiB when absent. A file that fits goes up in one request. */
  readonly partSize?: number | undefined
  /** Parts of one file under way at once; 3 when absent. */
  readonly concurrency?: number | undefined
  readonly proxy?: OssProxy | undefined
  /** How long nothing may move: no answer, or no byte; 30 s when absent. A transfer may take as long as it takes. */
  readonly timeoutMs?: number | undefined
  /** Told of every request, when it has ended. */
  readonly onRequest?: RequestObserver | undefined
}

/** Options that were looked through. */
export interface OssSettings {
  readonly env: Env
  readonly onRequest: RequestObserver | undefined
  readonly bucket: string
  /** What the keys of this replica begin with; ends with a slash. */
  readonly root: string
  readonly region: string
  /** Origin of the service, without the bucket. */
  readonly endpoint: URL
  /** The bucket in the path instead of the host name: where the host is an address. */
  readonly pathStyle: boolean
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string | null
  readonly signature: 'v1' | 'v4'
  readonly partBytes: number
  readonly concurrency: number
  readonly proxy: OssProxy
  readonly timeoutMs: number
}

const KNOWN: readonly (keyof OssClientOptions)[] = [
  'env',
  'bucket',
  'path',
  'region',
  'endpoint',
  'accessKeyId',
  'accessKeySecret',
  'securityToken',
  'signature',
  'partSize',
  'concurrency',
  'proxy',
  'timeoutMs',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS`: what is wrong, and with which option */
export function checkOptions(options: OssClientOptions): OssSettings {
  refuseUnknown('oss client', Object.keys(options), KNOWN)
  const { bucket, path = '', accessKeyId, accessKeySecret } = options
  if (bucket === '') throw badOptions('bucket required: oss://BUCKET/PATH, or the key bucket')
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw badOptions(`${shownName(bucket)} cannot be the name of a bucket`)
  }
  if (path.includes('\0')) throw badOptions('the path has a zero byte')
  if (accessKeyId === '' || accessKeySecret === '') {
    const needed = accessKeyId === accessKeySecret ? 'credentials are missing' : 'one half of them is missing'
    throw badOptions(
      `${needed}: access-key-id and secret-access-key, or OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET`,
    )
  }
  const given = options.endpoint === '' ? undefined : options.endpoint
  const endpoint = given === undefined ? null : checkedEndpoint(given)
  const region = regionOf(options.region) ?? (endpoint === null ? REGION : regionOfHost(endpoint.hostname))
  return {
    env: options.env,
    onRequest: options.onRequest,
    bucket,
    root: `${path}/`,
    region: region ?? REGION,
    endpoint: endpoint ?? new URL(`https://oss-${region}.aliyuncs.com`),
    pathStyle: endpoint !== null && isIP(endpoint.hostname.replace(/^\[|\]$/g, '')) !== 0,
    accessKeyId: accessKeyId.trim(),
    accessKeySecret: accessKeySecret.trim(),
    securityToken: (options.securityToken ?? '') === '' ? null : (options.securityToken ?? ''),
    signature: options.signature ?? (region === null ? 'v1' : 'v4'),
    partBytes: wholeNumber('part-size', options.partSize ?? PART_BYTES, PART_BYTES_MIN, PART_BYTES_MAX),
    concurrency: wholeNumber('concurrency', options.concurrency ?? CONCURRENCY, 1, 1000),
    proxy: options.proxy ?? {},
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? TIMEOUT_MS, 1, 2 ** 31 - 1),
  }
}

export function badOptions(message: string, options?: ErrorOptions): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `oss: ${message}`, options)
}

/** `oss-cn-hangzhou-internal.aliyuncs.com` is in `cn-hangzhou`; `null` for other hosts. */
export function regionOfHost(host: string): string | null {
  return /^oss-(.+?)(?:-internal)?\.aliyuncs\.com$/i.exec(host)?.[1] ?? null
}

function regionOf(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  const region = text.replace(/^oss-/, '')
  if (!/^[a-z0-9-]+$/.test(region)) throw badOptions(`${shownName(text)} cannot be a region`)
  return region
}

function checkedEndpoint(text: string): URL {
  let url: URL
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)
  } catch {
    throw badOptions(`the endpoint ${shownName(text)} is no host and no URL`) // its cause would quote a password
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw badOptions(`the endpoint begins with https:// or http://, not ${url.protocol}//`)
  }
  if (url.username !== '' || url.password !== '') {
    throw badOptions('the endpoint has a user: give access-key-id and secret-access-key instead')
  }
  if (url.pathname !== '/' || url.search !== '') {
    throw badOptions('the endpoint is a host alone, without a path')
  }
  return url
}

function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw badOptions(`${name} is ${value}, it must be a whole number from ${min} to ${max}`)
}
