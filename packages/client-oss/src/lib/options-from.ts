import { posix } from 'node:path'
import { refuseUnknown, refuseUnknownKeys, type ReplicaSettings, type SettingValue } from '@ltx/client-core'
import { badOptions, type OssClientOptions, type OssProxy } from './options.ts'

type Kind = 'string' | 'number'

/** The options that have a key in litestream.yml. */
const ROWS: readonly (readonly [key: string, option: keyof OssClientOptions, kind: Kind])[] = [
  ['bucket', 'bucket', 'string'],
  ['path', 'path', 'string'],
  ['region', 'region', 'string'],
  ['endpoint', 'endpoint', 'string'],
  ['access-key-id', 'accessKeyId', 'string'],
  ['secret-access-key', 'accessKeySecret', 'string'],
  ['part-size', 'partSize', 'number'],
  ['concurrency', 'concurrency', 'number'],
]

/**
 * The options that a replica's URL, its keys in litestream.yml and the environment mean together. Keys win over what the URL
 * says. Without a key of access in the file, those of the environment count: `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and
 * `OSS_SESSION_TOKEN`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: unknown names, settings that exclude each other, values that cannot be read
 */
export function ossOptionsFrom(settings: ReplicaSettings): Omit<OssClientOptions, 'env' | 'onRequest'> {
  const { keys, url, environment } = settings
  refuseUnknownKeys('oss', settings)
  const place = url === undefined || url === '' ? null : parseUrl(url)
  const options: { -readonly [Name in keyof OssClientOptions]?: OssClientOptions[Name] } = {
    ...place?.options,
  }
  for (const [key, option, kind] of ROWS) {
    const value = keys[key]
    if (value === undefined || value === '') continue
    if (place !== null && (key === 'bucket' || key === 'path'))
      throw badOptions(`give url or ${key}, not both`)
    Object.assign(options, { [option]: checked(key, value, kind) })
  }
  const { internalEndpoint } = place ?? {}
  if (internalEndpoint !== undefined && options.endpoint === undefined && options.region === place?.region)
    options.endpoint = internalEndpoint
  const { bucket = '', accessKeyId = '', accessKeySecret = '' } = options
  const hasKeys = accessKeyId !== '' || accessKeySecret !== ''
  return {
    ...options,
    bucket,
    ...(hasKeys ? { accessKeyId, accessKeySecret } : credentialsOf(environment)),
    ...proxyOf(environment),
  }
}

/** Litestream documents `endpoint`, and does not read it. */
const PARAMETERS: readonly string[] = ['endpoint', 'region']

interface Place {
  readonly options: Pick<OssClientOptions, 'bucket' | 'path' | 'region' | 'endpoint'>
  /** Of the host, and where it has one for the machines in the region, that. */
  readonly region: string | undefined
  readonly internalEndpoint: string | undefined
}

/**
 * `oss://BUCKET[.oss-REGION[-internal].aliyuncs.com][/PATH][?endpoint=…&region=…]`
 *
 * @see spec-cli §3.2; the path as Litestream derives it: `.` when the URL has none at all
 */
function parseUrl(text: string): Place {
  const match = /^oss:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is.exec(text)
  if (match === null) throw badOptions('the URL does not begin with oss://')
  const [, host = '', path = '', query = ''] = match
  if (host.includes('@')) {
    throw badOptions('credentials do not belong into the URL: give access-key-id and secret-access-key')
  }
  const parameters = new URLSearchParams(query)
  refuseUnknown('oss URL', [...parameters.keys()], PARAMETERS)
  const place =
    /^(?<bucket>[^.]+)\.(?<server>oss-(?<region>.+?)(?<internal>-internal)?\.aliyuncs\.com)$/i.exec(host)
  const { bucket = host, server, region, internal } = place?.groups ?? {}
  return {
    options: {
      bucket,
      path: cleanPath(path),
      ...given('region', region),
      ...given('region', parameters.get('region')),
      ...given('endpoint', parameters.get('endpoint')),
    },
    region,
    internalEndpoint: internal === undefined ? undefined : server,
  }
}

function given(name: 'region' | 'endpoint', value: string | null | undefined): Partial<OssClientOptions> {
  return value === null || value === undefined || value === '' ? {} : { [name]: value }
}

/** As Go's `path.Clean`, without one slash at the start. */
function cleanPath(encoded: string): string {
  let path: string
  try {
    path = decodeURIComponent(encoded)
  } catch {
    throw badOptions('the path of the URL has a broken % escape')
  }
  return posix
    .normalize(path)
    .replace(/(?<=.)\/$/, '')
    .replace(/^\//, '')
}

function checked(key: string, value: SettingValue, kind: Kind): SettingValue {
  if (typeof value === kind) return value
  throw badOptions(`${key} must be a ${kind}`)
}

function credentialsOf(
  environment: ReplicaSettings['environment'],
): Pick<OssClientOptions, 'accessKeyId' | 'accessKeySecret' | 'securityToken'> {
  return {
    accessKeyId: environment['OSS_ACCESS_KEY_ID'] ?? '',
    accessKeySecret: environment['OSS_ACCESS_KEY_SECRET'] ?? '',
    securityToken: environment['OSS_SESSION_TOKEN'],
  }
}

function proxyOf(environment: ReplicaSettings['environment']): { readonly proxy?: OssProxy } {
  const http = environment['HTTP_PROXY'] ?? environment['http_proxy']
  const https = environment['HTTPS_PROXY'] ?? environment['https_proxy']
  const none = environment['NO_PROXY'] ?? environment['no_proxy']
  return http === undefined && https === undefined ? {} : { proxy: { http, https, none } }
}
