import { posix } from 'node:path'
import { ClientError, refuseUnknown, type RequestObserver, shownName } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import type { User } from './authentication.ts'

/** Files up to this many bytes are sent from memory, when nothing is said. */
const BUFFER_BYTES: number = 4 * 1024 * 1024

const BUFFER_BYTES_MAX: number = 1024 * 1024 * 1024

/** A request that makes no progress for so long has failed, when nothing is said. */
const TIMEOUT_MS = 30_000

export interface WebdavClientOptions {
  /** `http://` or `https://`, also as `webdav://` and `webdavs://`: where the server's tree begins. Without user and password. */
  readonly url: string
  /** Of the replica, below `url`; not percent-encoded. The collection that `url` names when absent. */
  readonly path?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** A file of no more bytes is sent from memory, with its length; a larger one as its source delivers it. 4 MiB when absent. */
  readonly bufferBytes?: number | undefined
  /** A request that makes no progress for so many milliseconds has failed; 30 000 when absent. */
  readonly timeoutMs?: number | undefined
  readonly env: Env
  /** Told of every request, when it has ended. */
  readonly onRequest?: RequestObserver | undefined
}

/** Options that were looked through. */
export interface WebdavSettings {
  readonly env: Env
  /** `http://HOST[:PORT]` or with `https`. */
  readonly origin: string
  /** Percent-encoded path of `url`, without a slash at its end. It is somebody else's: never made, never deleted. */
  readonly base: string
  /** Path of the replica below `base`, cleaned, not encoded, without slashes at its ends; empty: `base` itself. */
  readonly root: string
  readonly user: User | null
  readonly bufferBytes: number
  readonly timeoutMs: number
  readonly onRequest: RequestObserver | undefined
}

const KNOWN: readonly (keyof WebdavClientOptions)[] = [
  'url',
  'path',
  'username',
  'password',
  'bufferBytes',
  'timeoutMs',
  'env',
  'onRequest',
]

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` */
export function checkOptions(options: WebdavClientOptions): WebdavSettings {
  refuseUnknown('webdav', Object.keys(options), KNOWN)
  const { env, username = '', password = '', timeoutMs = TIMEOUT_MS, bufferBytes = BUFFER_BYTES } = options
  const { origin, base } = placeOf(options.url)
  if (!(timeoutMs > 0)) throw badOptions(`timeoutMs ${timeoutMs} is not above 0`)
  if (!Number.isInteger(bufferBytes) || bufferBytes < 1 || bufferBytes > BUFFER_BYTES_MAX) {
    throw badOptions(`bufferBytes ${bufferBytes} is not in 1..${BUFFER_BYTES_MAX}`)
  }
  if (username === '' && password !== '') throw badOptions('there is a password, and no user name')
  if (username.includes(':')) throw badOptions('a user name has no colon in it')
  if (/\p{Cc}/u.test(options.path ?? '')) throw badOptions('the path has control characters in it')
  return {
    env,
    origin,
    base,
    root: posix.normalize(`/${options.path ?? ''}`).replaceAll(/^\/+|\/+$/g, ''),
    user: username === '' ? null : { name: username, password },
    bufferBytes,
    timeoutMs,
    onRequest: options.onRequest,
  }
}

function placeOf(text: string): { readonly origin: string; readonly base: string } {
  if (text === '') throw badOptions('the url is missing: webdavs://USER@HOST/PATH, or the key webdav-url')
  const web = text.trim().replace(/^webdav(?=s?:\/\/)/i, 'http')
  if (!URL.canParse(web)) throw badOptions('the url cannot be read: webdavs://HOST/PATH') // it may have a password in it
  const url = new URL(web)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw badOptions(`a url of this kind begins with webdavs:// or https://, not ${url.protocol}//`)
  }
  if (url.username !== '' || url.password !== '') {
    throw badOptions('user and password are settings of their own: webdav-username, webdav-password')
  }
  const [parameter] = url.searchParams.keys()
  if (parameter !== undefined) {
    throw badOptions(`the url has the parameter ${shownName(parameter)}, and takes none`)
  }
  return { origin: url.origin, base: url.pathname.replace(/\/+$/, '') }
}

export function badOptions(detail: string): ClientError {
  return new ClientError('CLIENT_BAD_OPTIONS', `webdav client: ${detail}`)
}
