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
import { parseConnectionString } from './connection-string.ts'

/** Bytes of the first blocks, when nothing is said. A file that fits goes up in one request. */
const PART_BYTES: number = 8 * 1024 * 1024

/** No larger block at the start: it is held in memory, and later ones grow. */
const PART_BYTES_MAX: number = 256 * 1024 * 1024

/** A request that makes no progress for so long has failed, when nothing is said. */
const TIMEOUT_MS = 30_000

export interface AbsClientOptions {
  readonly container: string
  /** Prefix of every name, cleaned as Litestream cleans it; the top of the container when absent. */
  readonly path?: string | undefined
  /** The storage account. Needed for an account key, and where there is no endpoint. */
  readonly account?: string | undefined
  /** In base64. */
  readonly accountKey?: string | undefined
  /** With or without its question mark. Comes before an account key. */
  readonly sasToken?: string | undefined
  /** Says account, key or token, and endpoint; what is given beside it comes first. */
  readonly connectionString?: string | undefined
  /** Of the blob service, with the account in its path for emulators; `https://ACCOUNT.blob.core.windows.net` when absent. */
  readonly endpoint?: string | undefined
  /** `Hot`, `Cool`, `Cold`: of new blobs; the account's own when absent. */
  readonly accessTier?: string | undefined
  /** Bytes of the first blocks of an upload, which grow slowly; 8 MiB when absent. An upload holds one in memory. */
  readonly partBytes?: number | undefined
  /** A request that makes no progress for so many milliseconds has failed; 30 000 when absent. */
  readonly timeoutMs?: number | undefined
  readonly env: Env
  /** Told of every request, when it has ended. */
  readonly onRequest?: RequestObserver | undefined
}

/** `default`: what `@azure/identity` finds: environment, workload identity, managed identity, Azure CLI. */
export type AbsCredentials =
  | { readonly kind: 'sas'; readonly token: string }
  | { readonly kind: 'key'; readonly account: string; readonly key: string }
  | { readonly kind: 'default' }

/** Options that were looked through. */
export interface AbsSettings {
  readonly env: Env
  readonly container: string
  /** What every name begins with: empty at the top of the container, otherwise with a slash at its end. */
  readonly prefix: string
  readonly account: string | undefined
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly credentials: AbsCredentials
  readonly accessTier: string | undefined
  readonly partBytes: number
  readonly timeoutMs: number
  readonly onRequest: RequestObserver | undefined
}

const KNOWN: readonly (keyof AbsClientOptions)[] = [
  'container',
  'path',
  'account',
  'accountKey',
  'sasToken',
  'connectionString',
  'endpoint',
  'accessTier',
  'partBytes',
  'timeoutMs',
  'env',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` */
export function checkOptions(options: AbsClientOptions): AbsSettings {
  refuseUnknown('abs', Object.keys(options), KNOWN)
  const { env, container, accessTier, partBytes = PART_BYTES, timeoutMs = TIMEOUT_MS } = options
  if (container === '')
    throw badOptions('the container is missing: abs://ACCOUNT@CONTAINER/PATH, or the key bucket')
  if (!/^(\$root|\$web|\$logs|[a-z0-9](-?[a-z0-9])+)$/.test(container) || container.length > 63) {
    throw badOptions(
      `${shownName(container)} is no name of a container: 3 to 63 of a-z, 0-9 and single hyphens`,
    )
  }
  if (!Number.isInteger(partBytes) || partBytes < 1 || partBytes > PART_BYTES_MAX) {
    throw badOptions(`partBytes ${partBytes} is not in 1..${PART_BYTES_MAX}`)
  }
  if (!(timeoutMs > 0)) throw badOptions(`timeoutMs ${timeoutMs} is not above 0`)
  const given = options.connectionString ? parseConnectionString(options.connectionString) : undefined
  if (given === null) throw badOptions('the connection string cannot be read: Name=value;Name=value')
  const account = options.account || given?.account
  const place = options.endpoint || given?.endpoint || (account && `https://${account}.blob.core.windows.net`)
  if (!place)
    throw badOptions(
      'the account is missing: abs://ACCOUNT@CONTAINER/PATH, the key account-name, or an endpoint',
    )
  const endpoint = checkedEndpoint(place)
  const credentials = credentialsOf(
    options.sasToken || given?.sasToken,
    options.accountKey || given?.accountKey,
    account,
  )
  if (credentials.kind === 'default' && endpoint.startsWith('http:')) {
    throw badOptions(
      'over plain http there are no managed identities: give an account key or a SAS token, or an https endpoint',
    )
  }
  return {
    env,
    container,
    prefix: posix.join(options.path ?? '', 'x').slice(0, -1), // as Go's `path.Join` cleans it
    account,
    endpoint,
    credentials,
    accessTier,
    partBytes,
    timeoutMs,
    onRequest: options.onRequest,
  }
}

/**
 * Options out of a URL, the keys of litestream.yml and the environment.
 *
 * `abs://[ACCOUNT@]CONTAINER[/PATH]`, or the keys `bucket` and `path`; `account-name`, `account-key`, `sas-token`, `endpoint`,
 * `part-size`; the environment variables `LITESTREAM_AZURE_SAS_TOKEN` and `LITESTREAM_AZURE_ACCOUNT_KEY`, and
 * `AZURE_STORAGE_CONNECTION_STRING` where nothing else says how to get in and it is about this account.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function absOptionsFrom(settings: ReplicaSettings): Omit<AbsClientOptions, 'env' | 'onRequest'> {
  const { keys, environment, url } = settings
  refuseUnknownKeys('abs', settings)
  const place =
    url === undefined ? { container: textOf(keys, 'bucket'), path: textOf(keys, 'path') } : placeOf(url, keys)
  const account = textOf(keys, 'account-name') || place.account
  const endpoint = textOf(keys, 'endpoint') || undefined
  const sasToken = textOf(keys, 'sas-token') || environment['LITESTREAM_AZURE_SAS_TOKEN']
  const accountKey = textOf(keys, 'account-key') || environment['LITESTREAM_AZURE_ACCOUNT_KEY']
  const fallback = environment['AZURE_STORAGE_CONNECTION_STRING'] || undefined
  const about = fallback === undefined ? undefined : parseConnectionString(fallback)?.account
  const nothingElse = !sasToken && !accountKey && endpoint === undefined && (!account || account === about)
  const partBytes = keys['part-size']
  return {
    container: place.container ?? '',
    path: place.path,
    account,
    accountKey,
    sasToken,
    endpoint,
    ...(nothingElse ? { connectionString: fallback } : {}),
    ...(typeof partBytes === 'number' ? { partBytes } : {}),
  }
}

interface Place {
  readonly container: string | undefined
  readonly path: string | undefined
  readonly account?: string | undefined
}

function placeOf(text: string, keys: ReplicaSettings['keys']): Place {
  for (const key of ['bucket', 'path']) {
    if (keys[key] !== undefined)
      throw badOptions(`the replica has a url and the key ${key}: give one of them`)
  }
  let url: URL
  let path: string
  let account: string
  try {
    url = new URL(text)
    path = decodeURIComponent(url.pathname)
    account = decodeURIComponent(url.username)
  } catch {
    throw badOptions('the url cannot be read: abs://ACCOUNT@CONTAINER/PATH') // its text may have a key in it
  }
  if (url.protocol !== 'abs:')
    throw badOptions(`a url of this kind begins with abs://, not ${url.protocol}//`)
  if (url.port !== '') throw badOptions('the url is abs://ACCOUNT@CONTAINER/PATH, without a port')
  if (url.password !== '') {
    throw badOptions('a key does not belong into a url: use account-key, or LITESTREAM_AZURE_ACCOUNT_KEY')
  }
  const [parameter] = url.searchParams.keys()
  if (parameter !== undefined)
    throw badOptions(`the url has the parameter ${shownName(parameter)}, and takes none`)
  return { container: url.hostname, path: path.replace(/^\/+/, ''), account }
}

function credentialsOf(
  sasToken: string | undefined,
  accountKey: string | undefined,
  account: string | undefined,
): AbsCredentials {
  if (sasToken) {
    const token = sasToken.trim().replace(/^\?/, '')
    if (!new URLSearchParams(token).has('sig')) throw badOptions('the SAS token has no signature (sig=…)')
    return { kind: 'sas', token }
  }
  if (!accountKey) return { kind: 'default' }
  if (!account) throw badOptions('an account key needs the name of its account: account-name')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(accountKey.trim())) throw badOptions('the account key is not base64')
  return { kind: 'key', account, key: accountKey.trim() }
}

function checkedEndpoint(text: string): string {
  if (!URL.canParse(text)) throw badOptions('the endpoint is no URL: https://ACCOUNT.blob.core.windows.net')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw badOptions(`the endpoint begins with https:// or http://, not ${url.protocol}//`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw badOptions('the endpoint has no user, password or query: a SAS token is a setting of its own')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function textOf(keys: ReplicaSettings['keys'], key: string): string | undefined {
  const value = keys[key]
  if (value === undefined || typeof value === 'string') return value
  throw badOptions(`the key ${key} is a text`)
}

function badOptions(detail: string): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `abs client: ${detail}`)
}
