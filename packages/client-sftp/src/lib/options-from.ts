import { posix } from 'node:path'
import { refuseUnknown, refuseUnknownKeys, type ReplicaSettings, shownName } from '@ltx/client-core'
import { badOptions, type SftpClientOptions } from './options.ts'

interface Place {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly path?: string | undefined
}

/**
 * Options out of a URL, the keys of litestream.yml and the environment.
 *
 * `sftp://USER[:PASSWORD]@HOST[:PORT]/PATH`, where the path is absolute on the server; or the keys `host` (with its port), `user`,
 * `password`, `path`. `key-path`, `host-key`, `concurrent-writes`. Of the environment: `SSH_AUTH_SOCK` for an agent, `HOME` for
 * `~/.ssh/known_hosts` and a `~` in `key-path`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function sftpOptionsFrom(settings: ReplicaSettings): Omit<SftpClientOptions, 'env' | 'onRequest'> {
  const { keys, environment, url } = settings
  refuseUnknownKeys('sftp', settings)
  const place = url === undefined || url === '' ? ofKeys(keys) : ofUrl(url, keys)
  const home = environment['HOME'] ?? environment['USERPROFILE']
  const concurrentWrites = keys['concurrent-writes']
  if (concurrentWrites !== undefined && typeof concurrentWrites !== 'boolean') {
    throw badOptions('the key concurrent-writes is true or false')
  }
  return {
    host: place.host ?? '',
    port: place.port,
    user: textOf(keys, 'user') ?? place.user ?? '',
    password: textOf(keys, 'password') ?? place.password,
    keyPath: inHome(textOf(keys, 'key-path'), home),
    agent: environment['SSH_AUTH_SOCK'],
    hostKey: textOf(keys, 'host-key'),
    knownHostsPath: home === undefined ? undefined : posix.join(home, '.ssh/known_hosts'),
    path: place.path,
    concurrentWrites,
  }
}

function ofKeys(keys: ReplicaSettings['keys']): Place {
  const host = textOf(keys, 'host')
  return { ...(host === undefined ? {} : splitHost(host)), path: textOf(keys, 'path') }
}

function ofUrl(text: string, keys: ReplicaSettings['keys']): Place {
  for (const key of ['host', 'path']) {
    if (textOf(keys, key) !== undefined) {
      throw badOptions(`the replica has a url and the key ${key}: give one of them`)
    }
  }
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw badOptions('the url cannot be read: sftp://USER@HOST/PATH') // its cause would quote the password
  }
  if (url.protocol !== 'sftp:') {
    throw badOptions(`a url of this kind begins with sftp://, not ${url.protocol}//`)
  }
  refuseUnknown('sftp url', [...url.searchParams.keys()], [])
  return {
    host: decoded(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(url.username === '' ? {} : { user: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
    path: decoded(url.pathname),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw badOptions('there is a % in the url that does not begin an escape: write %25')
  }
}

/** `host`, `host:port`, `[address]:port`, or an address of IPv6 alone. */
function splitHost(text: string): { readonly host: string; readonly port?: number } {
  const groups = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:]*))(?::(?<port>\d+))?$/.exec(text)?.groups
  if (groups === undefined) {
    if (text.split(':').length > 2) return { host: text }
    throw badOptions(`the host ${shownName(text)} cannot be read: HOST or HOST:PORT`)
  }
  const host = groups['address'] ?? groups['name'] ?? ''
  return groups['port'] === undefined ? { host } : { host, port: Number(groups['port']) }
}

function inHome(path: string | undefined, home: string | undefined): string | undefined {
  if (path === undefined || !path.startsWith('~/')) return path
  if (home === undefined) throw badOptions(`${path}: the home directory is not known, HOME is not set`)
  return posix.join(home, path.slice(2))
}

function textOf(keys: ReplicaSettings['keys'], key: string): string | undefined {
  const value = keys[key]
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string') return value
  throw badOptions(`the key ${key} is a text`)
}
