import { refuseUnknownKeys, type ReplicaSettings, shownName } from '@ltx/client-core'
import { badOptions, type WebdavClientOptions } from './options.ts'

/**
 * Options out of a URL and the keys of litestream.yml.
 *
 * `webdav[s]://[USER[:PASSWORD]@]HOST[:PORT]/PATH`, or the keys `webdav-url` and `path`; `webdav-username` and `webdav-password`, which
 * come before what the URL has. The environment has nothing for this backend.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function webdavOptionsFrom(settings: ReplicaSettings): Omit<WebdavClientOptions, 'env' | 'onRequest'> {
  const { keys, url } = settings
  refuseUnknownKeys('webdav', settings)
  const username = textOf(keys, 'webdav-username')
  const password = textOf(keys, 'webdav-password')
  if (url === undefined) {
    const web = textOf(keys, 'webdav-url') ?? ''
    const place = urlOf(web)
    if (place === null) return { url: web, path: textOf(keys, 'path'), username, password }
    return {
      url: place.withoutUser,
      path: textOf(keys, 'path'),
      username: username || place.username,
      password: password || place.password,
    }
  }
  for (const key of ['webdav-url', 'path']) {
    if (keys[key] !== undefined)
      throw badOptions(`the replica has a url and the key ${key}: give one of them`)
  }
  const place = urlOf(url)
  if (place === null || !/^webdavs?:\/\//i.test(url)) {
    throw badOptions('the url cannot be read: webdavs://USER:PASSWORD@HOST:PORT/PATH')
  }
  if (place.parameter !== undefined) {
    throw badOptions(`the url has the parameter ${shownName(place.parameter)}, and takes none`)
  }
  return {
    url: place.origin,
    path: place.path,
    username: username || place.username,
    password: password || place.password,
  }
}

interface Parts {
  readonly origin: string
  /** The whole URL but for user and password. */
  readonly withoutUser: string
  readonly path: string
  readonly username: string
  readonly password: string
  readonly parameter: string | undefined
}

/** `null`: it cannot be read. Nothing of it may be in a message: there may be a password in it. */
function urlOf(text: string): Parts | null {
  // To `URL` they end or begin a host: what was meant as a password would be a path, and shown.
  if (/^[^/]*\/\/(?:\/|[^/]*\\)/.test(text)) return null
  try {
    const url = new URL(text.trim().replace(/^webdav(?=s?:\/\/)/i, 'http'))
    const [parameter] = url.searchParams.keys()
    const parts = {
      origin: url.origin,
      path: decodeURIComponent(url.pathname),
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      parameter,
    }
    url.username = ''
    url.password = ''
    return { ...parts, withoutUser: url.href }
  } catch {
    return null
  }
}

function textOf(keys: ReplicaSettings['keys'], key: string): string | undefined {
  const value = keys[key]
  if (value === undefined || typeof value === 'string') return value
  throw badOptions(`the key ${key} is a text`)
}
