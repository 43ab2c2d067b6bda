import { posix } from 'node:path'
import { refuseUnknown, refuseUnknownKeys, type ReplicaSettings, type SettingValue } from '@ltx/client-core'
import { badOptions } from './errors.ts'
import { given, type S3ClientOptions, type S3Proxy } from './options.ts'
import { parseS3Url, type S3Place } from './s3-url.ts'

type Kind = 'string' | 'boolean' | 'number'
type Settable = Omit<S3ClientOptions, 'env' | 'onRequest' | 'proxy' | 'timeoutMs'>
type Given = { -readonly [Name in keyof Settable]?: Settable[Name] }

/** One row per option that can be set: its name here, in litestream.yml, and in a URL (the first spelling wins). */
interface Row {
  readonly option: keyof Settable
  readonly key?: string
  readonly query?: readonly string[]
  readonly kind: Kind
}

const ROWS: readonly Row[] = [
  { option: 'bucket', key: 'bucket', kind: 'string' },
  { option: 'path', key: 'path', kind: 'string' },
  { option: 'endpoint', key: 'endpoint', query: ['endpoint'], kind: 'string' },
  { option: 'region', key: 'region', query: ['region'], kind: 'string' },
  { option: 'accessKeyId', key: 'access-key-id', kind: 'string' },
  { option: 'secretAccessKey', key: 'secret-access-key', kind: 'string' },
  row('forcePathStyle', 'force-path-style', 'boolean'),
  row('skipVerify', 'skip-verify', 'boolean'),
  row('signPayload', 'sign-payload', 'boolean'),
  {
    option: 'requireContentMd5',
    key: 'require-content-md5',
    query: ['requireContentMD5', 'require-content-md5'],
    kind: 'boolean',
  },
  row('concurrency', 'concurrency', 'number'),
  row('partSize', 'part-size', 'number'),
  row('storageClass', 'storage-class', 'string'),
  row('sseCustomerAlgorithm', 'sse-customer-algorithm', 'string'),
  row('sseCustomerKey', 'sse-customer-key', 'string'),
  { option: 'sseCustomerKeyMd5', query: ['sseCustomerKeyMD5', 'sse-customer-key-md5'], kind: 'string' },
  { option: 'sseCustomerKeyPath', key: 'sse-customer-key-path', kind: 'string' },
  row('sseKmsKeyId', 'sse-kms-key-id', 'string'),
]

function row(option: keyof Settable, key: string, kind: Kind): Row {
  return { option, key, query: [option, key], kind }
}

/**
 * The options that a replica's URL, its keys in litestream.yml and the environment mean together. Keys win over the URL's query, that
 * over what its host says, and that over the environment.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: unknown names, settings that exclude each other, values that cannot be read
 */
export function s3OptionsFrom(settings: ReplicaSettings): Omit<S3ClientOptions, 'env' | 'onRequest'> {
  const { keys, environment } = settings
  refuseUnknownKeys('s3', settings)
  const place = settings.url === undefined || settings.url === '' ? null : parseS3Url(settings.url)
  const options = place === null ? {} : fromUrl(place)
  for (const { option, key, kind } of ROWS) {
    const value = key === undefined ? undefined : keys[key]
    if (key === undefined || value === undefined || value === '') continue
    if (place !== null && (key === 'bucket' || key === 'path')) {
      throw badOptions(`give url or ${key}, not both`)
    }
    assign(options, option, fromKey(key, value, kind))
  }
  if (options.endpoint === undefined && place?.isAws !== true) endpointFromEnvironment(options, environment)
  const keyPath = options.sseCustomerKeyPath
  if (keyPath?.startsWith('~/') === true) {
    options.sseCustomerKeyPath = posix.join(environment['HOME'] ?? '', keyPath.slice(2))
  }
  credentialsFromEnvironment(options, environment)
  return { ...options, bucket: options.bucket ?? '', ...proxyFrom(environment) }
}

function fromUrl(place: S3Place): Given {
  const { bucket, path, query } = place
  const options: Given = { bucket, path }
  refuseUnknown(
    's3 URL',
    [...query.keys()],
    ROWS.flatMap((each) => each.query ?? []),
  )
  for (const name of ['region', 'endpoint', 'forcePathStyle'] as const) {
    if (place[name] !== undefined) assign(options, name, place[name])
  }
  const otherServer = query.get('endpoint') ?? ''
  if (otherServer !== '') delete options.forcePathStyle // what the host said was about its own server
  for (const { option, query: spellings = [], kind } of ROWS) {
    const name = spellings.find((spelling) => (query.get(spelling) ?? '') !== '')
    if (name !== undefined) assign(options, option, fromQuery(name, query.get(name) ?? '', kind))
  }
  return options
}

function assign(options: Given, name: keyof Settable, value: string | number | boolean): void {
  Object.assign(options, { [name]: value })
}

function fromKey(key: string, value: SettingValue, kind: Kind): string | number | boolean {
  if (typeof value === kind) return value as string | number | boolean
  throw badOptions(`${key} must be a ${kind}`)
}

function fromQuery(name: string, text: string, kind: Kind): string | number | boolean {
  if (kind === 'string') return text
  if (kind === 'boolean') {
    if (/^(?:true|1|t|yes)$/i.test(text)) return true
    if (/^(?:false|0|f|no)$/i.test(text)) return false
    throw badOptions(`${name} in the URL must be true or false`)
  }
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw badOptions(`${name} in the URL must be a whole number above 0, without a unit`)
}

function endpointFromEnvironment(options: Given, environment: ReplicaSettings['environment']): void {
  const endpoint =
    given(environment['LITESTREAM_S3_ENDPOINT']) ??
    given(environment['AWS_ENDPOINT_URL_S3']) ??
    given(environment['AWS_ENDPOINT_URL'])
  if (endpoint !== null) options.endpoint = endpoint
}

/** As AWS's own order has it: variables before profiles. Without keys in them, the SDK goes through the rest of its chain. */
function credentialsFromEnvironment(options: Given, environment: ReplicaSettings['environment']): void {
  const profile = given(environment['AWS_PROFILE'])
  if (profile !== null) options.profile = profile
  if (options.accessKeyId !== undefined || options.secretAccessKey !== undefined) return
  for (const prefix of ['AWS', 'LITESTREAM']) {
    const accessKeyId = given(environment[`${prefix}_ACCESS_KEY_ID`])
    const secretAccessKey = given(environment[`${prefix}_SECRET_ACCESS_KEY`])
    if (accessKeyId === null || secretAccessKey === null) continue
    const sessionToken = prefix === 'AWS' ? given(environment['AWS_SESSION_TOKEN']) : null
    Object.assign(options, { accessKeyId, secretAccessKey }, sessionToken === null ? {} : { sessionToken })
    return
  }
}

function proxyFrom(environment: ReplicaSettings['environment']): { proxy?: S3Proxy } {
  const either = (name: string): string | undefined =>
    given(environment[name]) ?? given(environment[name.toLowerCase()]) ?? undefined
  const [http, https] = [either('HTTP_PROXY'), either('HTTPS_PROXY')]
  return http === undefined && https === undefined ? {} : { proxy: { http, https, none: either('NO_PROXY') } }
}
