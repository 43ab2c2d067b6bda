import { isClientError, type SettingValue } from '@ltx/client-core'
import { pathFromFileUrl } from '@ltx/client-file'
import { idOf, keyPlace, type Config, type DatabaseConfig } from '../config/config.ts'
import { ConfigError, placeOf } from '../config/errors.ts'
import { expandPath } from '../config/expand-path.ts'
import type { Section } from '../config/given.ts'
import { ENGINE_KEYS, INHERITED_KEYS, REPLICA_KEYS } from '../config/replica-keys.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { goQuote } from '../text/go-quote.ts'
import { maskUnreadable } from '../text/mask-secrets.ts'
import { redactUrl } from '../text/redact-url.ts'
import { placeBelow, REMOTE_TYPES, type RemoteType, type ReplicaPlace } from './replica-place.ts'

/** Settings of the replica itself; the others in its section belong to the engine or to a file replica. */
const STORAGE_KEYS: readonly string[] = Object.keys(REPLICA_KEYS).filter((key) => !ENGINE_KEYS.has(key))

/**
 * The replica that a URL on the command line names.
 *
 * @throws {CommandError} an unknown scheme
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: a URL that cannot be read
 */
export function replicaFromUrl(url: string, io: CommandIo): ReplicaPlace {
  const scheme = /^(\w+):\/\//.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) throw new CommandError(`replica url scheme required: ${maskUnreadable(url)}`)
  const type = typeOfScheme(scheme)
  if (isRemote(type)) {
    return { type, settings: { url, keys: {}, environment: io.environment }, where: null }
  }
  if (type !== 'file') throw new CommandError(unknownType(type))
  return { type: 'file', path: expandPath(pathFromFileUrl(url), io) }
}

/**
 * The replica of a configured database; for one of a directory, below that of its entry. Looked at only when it is needed, so that one faulty entry does not stand in the way of the
 * others.
 *
 * @throws {ConfigError} none or several given, settings that exclude each other, an unknown type
 */
export function resolveReplica(config: Config, database: DatabaseConfig, io: CommandIo): ReplicaPlace {
  const place = placeOfEntry(config, database, io)
  return database.relativePath === '' ? place : placeBelow(place, database.relativePath)
}

function placeOfEntry(config: Config, database: DatabaseConfig, io: CommandIo): ReplicaPlace {
  const section = replicaSection(config.file, database)
  const [url, path] = [section.text('url'), section.text('path')]
  const field = `dbs[${idOf(database)}].replica`
  const fail = (key: string, text: string): never => {
    throw new ConfigError(`${keyPlace(config.file, section, key)}: ${field}.${key}: ${text}`)
  }
  if (LIKE_A_URL.test(path))
    fail('path', `a replica path cannot be a URL, use 'url' for it: ${redactUrl(path)}`)
  const scheme = /^(\w+):\/\//.exec(url)?.[1]?.toLowerCase()
  const type = scheme === undefined ? section.text('type') || 'file' : typeOfScheme(scheme)
  if (type !== 'file' && !isRemote(type)) fail(scheme === undefined ? 'type' : 'url', unknownType(type))
  const age = [section, config.root].find((each) => hasItems(each.section('age')))
  if (age !== undefined) {
    throw new ConfigError(
      `${keyPlace(config.file, age, 'age')}: ${age === section ? `${field}.age` : 'age'}: ` +
        'age encryption belongs to Litestream 0.3; replicas of this generation cannot be encrypted with it',
    )
  }
  if (isRemote(type)) {
    const keys = storageKeys(section, config.root)
    const where = `${placeOf(config.file, section.line)}: ${field}`
    return { type, settings: { url: url === '' ? undefined : url, keys, environment: io.environment }, where }
  }
  if (url !== '' && path !== '') fail('url', 'give url or path for a file replica, not both')
  if (url === '' && path === '') fail('path', 'a file replica needs a path, or a url')
  if (url !== '' && scheme === undefined)
    fail('url', `replica url scheme required: ${goQuote(maskUnreadable(url))}`)
  if (url === '') return { type: 'file', path: expandPath(path, io) }
  try {
    return { type: 'file', path: expandPath(pathFromFileUrl(url), io) }
  } catch (error) {
    if (!isClientError(error, 'CLIENT_BAD_OPTIONS')) throw error
    throw new ConfigError(`${keyPlace(config.file, section, 'url')}: ${field}.url: ${error.message}`, {
      cause: error,
    })
  }
}

/** `s3://…`, and what may have a password in it; but neither `C://…` nor a path with two slashes. */
const LIKE_A_URL = /^(?![a-z]:)[^/]+:\/\/|^\/\/[^/@]*:[^/]*@/i

/** A setting of a replica: its own, else the top level's, else the default. */
export function replicaSettings(config: Config, database: DatabaseConfig): (key: string) => Section {
  const section = replicaSection(config.file, database)
  return (key) => (section.isGiven(key) ? section : config.root)
}

export function replicaSection(file: string, database: DatabaseConfig): Section {
  const { section } = database
  const [first, second] = section.sections('replicas') ?? []
  const hasOne = section.isGiven('replica')
  const place = placeOf(file, section.line)
  if (hasOne && first !== undefined)
    throw new ConfigError(`${place}: dbs[${idOf(database)}]: give replica or replicas, not both`)
  if (second !== undefined) {
    throw new ConfigError(
      `${place}: dbs[${idOf(database)}]: a database has one replica; several are no longer supported`,
    )
  }
  if (hasOne) return section.section('replica')
  if (first !== undefined) return first
  throw new ConfigError(`${place}: dbs[${idOf(database)}]: must specify replica for database`)
}

function typeOfScheme(scheme: string): string {
  return scheme === 'webdavs' ? 'webdav' : scheme
}

function isRemote(type: string): type is RemoteType {
  return (REMOTE_TYPES as readonly string[]).includes(type)
}

function unknownType(type: string): string {
  return `unknown replica type in config: ${goQuote(type)}; known are file, ${REMOTE_TYPES.join(', ')}`
}

/**
 * What was given for the replica, else at the top level. A bucket or a host from there does not count beside a URL, which names its
 * own; one in the replica's own section does, so that the contradiction is told.
 */
function storageKeys(section: Section, root: Section): Record<string, SettingValue> {
  const keys: Record<string, SettingValue> = {}
  for (const key of STORAGE_KEYS) {
    const inherited = Object.hasOwn(INHERITED_KEYS, key) && !(section.isGiven('url') && NAMED_BY_URL.has(key))
    const own = section.given(key)
    const value = isNothing(own) && inherited ? root.given(key) : own
    if (value !== undefined && !isNothing(value)) keys[key] = value
  }
  if (root.given('skip-verify') === true) keys['skip-verify'] = true // it cannot be taken back further down
  return keys
}

/** An empty text is as good as none, as in Litestream. */
function isNothing(value: SettingValue | undefined): boolean {
  return value === undefined || value === ''
}

function hasItems(age: Section): boolean {
  return age.count('identities') + age.count('recipients') > 0
}

const NAMED_BY_URL: ReadonlySet<string> = new Set(['bucket', 'host'])
