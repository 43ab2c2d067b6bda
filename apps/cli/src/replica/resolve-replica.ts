import { pathFromFileUrl } from '@ltx/client-file'
import { keyPlace, type Config, type DatabaseConfig } from '../config/config.ts'
import { ConfigError, placeOf } from '../config/errors.ts'
import { expandPath } from '../config/expand-path.ts'
import type { Section } from '../config/given.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { goQuote } from '../text/go-quote.ts'
import { redactUrl } from '../text/redact-url.ts'

/** Where a replica is; plain data, nothing opened. */
export interface ReplicaPlace {
  readonly type: 'file'
  /** Absolute. */
  readonly path: string
}

/** Types that Litestream has and this version does not. */
const LATER_TYPES: ReadonlySet<string> = new Set(['s3', 'gs', 'abs', 'sftp', 'webdav', 'nats', 'oss'])

/**
 * The replica that a URL on the command line names.
 *
 * @throws {CommandError} an unknown scheme, or one of a later version
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: a URL that cannot be read
 */
export function replicaFromUrl(url: string, io: CommandIo): ReplicaPlace {
  const scheme = /^(\w+):\/\//.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) throw new CommandError(`replica url scheme required: ${redactUrl(url)}`)
  const problem = typeProblem(typeOfScheme(scheme))
  if (problem !== null) throw new CommandError(problem)
  return { type: 'file', path: expandPath(pathFromFileUrl(url), io) }
}

/**
 * The replica of a configured database. Looked at only when it is needed, so that one faulty entry does not stand in the way of the
 * others.
 *
 * @throws {ConfigError} none or several given, settings that exclude each other, a type of a later version
 */
export function resolveReplica(config: Config, database: DatabaseConfig, io: CommandIo): ReplicaPlace {
  const section = replicaSection(config.file, database)
  const [url, path] = [section.text('url'), section.text('path')]
  const fail = (key: string, text: string): never => {
    throw new ConfigError(`${keyPlace(config.file, section, key)}: ${text}`)
  }
  if (/^\w+:\/\//.test(path))
    fail('path', `a replica path cannot be a URL, use 'url' for it: ${redactUrl(path)}`)
  const scheme = /^(\w+):\/\//.exec(url)?.[1]?.toLowerCase()
  const type = scheme === undefined ? section.text('type') || 'file' : typeOfScheme(scheme)
  const problem = typeProblem(type)
  if (problem !== null) fail(scheme === undefined ? 'type' : 'url', problem)
  const age = section.section('age')
  if (age.count('identities') + age.count('recipients') > 0) {
    fail(
      'age',
      'age encryption belongs to Litestream 0.3; replicas of this generation cannot be encrypted with it',
    )
  }
  if (url !== '' && path !== '') fail('url', 'give url or path for a file replica, not both')
  if (url === '' && path === '') fail('path', 'a file replica needs a path, or a url')
  if (url !== '' && scheme === undefined) fail('url', `replica url scheme required: ${goQuote(url)}`)
  return { type: 'file', path: expandPath(url === '' ? path : pathFromFileUrl(url), io) }
}

/** A setting of a replica: its own, else the top level's, else the default. */
export function replicaSettings(config: Config, database: DatabaseConfig): (key: string) => Section {
  const section = replicaSection(config.file, database)
  return (key) => (section.isGiven(key) ? section : config.root)
}

function replicaSection(file: string, database: DatabaseConfig): Section {
  const { section } = database
  const [first, second] = section.sections('replicas') ?? []
  const hasOne = section.isGiven('replica')
  const place = placeOf(file, section.line)
  if (hasOne && first !== undefined)
    throw new ConfigError(`${place}: ${database.path}: give replica or replicas, not both`)
  if (second !== undefined) {
    throw new ConfigError(
      `${place}: ${database.path}: a database has one replica; several are no longer supported`,
    )
  }
  if (hasOne) return section.section('replica')
  if (first !== undefined) return first
  throw new ConfigError(
    `${place}: ${database.path === '' ? section.text('dir') : database.path}: must specify replica for database`,
  )
}

function typeOfScheme(scheme: string): string {
  return scheme === 'webdavs' ? 'webdav' : scheme
}

function typeProblem(type: string): string | null {
  if (type === 'file') return null
  if (LATER_TYPES.has(type)) return `replicas of type ${type} are not supported by this version yet`
  return `unknown replica type in config: ${goQuote(type)}`
}
