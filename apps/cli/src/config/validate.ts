import { parseGlob } from '../directory/glob.ts'
import { LOG_TYPES } from '../log/console-logger.ts'
import type { CommandIo } from '../program/io.ts'
import { formatDuration } from '../text/duration.ts'
import { goQuote } from '../text/go-quote.ts'
import { maskPath } from '../text/mask-secrets.ts'
import { idOf, keyPlace, type Config, type DatabaseConfig } from './config.ts'
import { ConfigError, placeOf } from './errors.ts'
import type { Section } from './given.ts'
import { DATABASE_KEYS } from './keys.ts'
import { INHERITED_KEYS, REPLICA_KEYS } from './replica-keys.ts'
import type { Keys } from './schema.ts'

const MINUTE_MS = 60_000
const LEVELS_MAX = 8
/** So many restores a second are nobody's wish. */
const VERIFY_MS_MIN = 1000

/** Problems that are told. */
const PROBLEMS_MAX = 100

/**
 * Checks values that have the right kind but make no sense, in Litestream's order.
 *
 * @throws {ConfigError} `FILE:LINE: FIELD: rule (got VALUE)`, a line for each of them
 */
export function validateConfig(config: Config, io: Pick<CommandIo, 'platform'>): void {
  const problems = [...problemsOf(config, io)]
  if (problems.length === 0) return
  const told = problems.slice(0, PROBLEMS_MAX)
  if (told.length < problems.length) told.push('and more')
  throw new ConfigError(told.join('\n'))
}

type Problems = Generator<string, void, undefined>

function* problemsOf(config: Config, io: Pick<CommandIo, 'platform'>): Problems {
  const { file, root } = config
  const check = (section: Section, field: string, key: string, rule: 'above' | 'at least'): Problems =>
    checkDuration(file, section, field, key, rule)
  yield* check(root.section('snapshot'), 'snapshot.interval', 'interval', 'above')
  yield* check(root.section('snapshot'), 'snapshot.retention', 'retention', 'above')
  yield* check(root, 'l0-retention', 'l0-retention', 'at least')
  yield* check(root, 'l0-retention-check-interval', 'l0-retention-check-interval', 'above')
  yield* check(root, 'shutdown-sync-timeout', 'shutdown-sync-timeout', 'at least')
  yield* check(root, 'shutdown-sync-interval', 'shutdown-sync-interval', 'above')
  yield* checkHeartbeat(file, root)
  yield* check(root, 'sync-interval', 'sync-interval', 'above')
  yield* checkNumbers(file, root, INHERITED_KEYS, '')
  yield* check(root.section('health'), 'health.max-lag', 'max-lag', 'at least')
  yield* check(root.section('verify'), 'verify.interval', 'interval', 'at least')
  yield* checkVerifyInterval(file, root.section('verify'))
  yield* checkLevels(file, root)
  yield* checkLogging(file, root.section('logging'))
  for (const database of config.databases) yield* checkDatabase(file, database, io)
}

function* checkDuration(
  file: string,
  section: Section,
  field: string,
  key: string,
  rule: 'above' | 'at least',
): Problems {
  const value = section.value(key)
  if (typeof value !== 'number' || (rule === 'above' ? value > 0 : value >= 0)) return
  const text = rule === 'above' ? 'must be above 0' : 'must be 0 or more'
  yield `${keyPlace(file, section, key)}: ${field}: ${text} (got ${formatDuration(value)})`
}

function* checkHeartbeat(file: string, root: Section): Problems {
  const url = root.text('heartbeat-url')
  if (url !== '' && !/^https?:\/\//.test(url)) {
    yield `${keyPlace(file, root, 'heartbeat-url')}: heartbeat-url: must start with http:// or https:// (got ${goQuote(maskPath(url))})`
  }
  const intervalMs = root.duration('heartbeat-interval')
  if (intervalMs < MINUTE_MS) {
    const place = keyPlace(file, root, 'heartbeat-interval')
    yield `${place}: heartbeat-interval: must be at least 1m (got ${formatDuration(intervalMs)})`
  }
}

/** A bare number means nanoseconds. */
function* checkVerifyInterval(file: string, verify: Section): Problems {
  const intervalMs = verify.duration('interval')
  if (intervalMs <= 0 || intervalMs >= VERIFY_MS_MIN) return
  const rule = `must be 0, or at least ${formatDuration(VERIFY_MS_MIN)}`
  yield `${keyPlace(file, verify, 'interval')}: verify.interval: ${rule} (got ${formatDuration(intervalMs)})`
}

function* checkLevels(file: string, root: Section): Problems {
  const levels = root.sections('levels') ?? []
  for (const [index, level] of levels.entries()) {
    yield* checkDuration(file, level, `levels[${index}].interval`, 'interval', 'above')
  }
  if (levels.length > LEVELS_MAX) {
    yield `${keyPlace(file, root, 'levels')}: levels: must be at most ${LEVELS_MAX}, for level 9 is for snapshots (got ${levels.length})`
  }
}

function* checkLogging(file: string, logging: Section): Problems {
  const type = logging.text('type')
  if (type === '' || LOG_TYPES.some((known) => known === type)) return
  const place = keyPlace(file, logging, 'type')
  yield `${place}: logging.type: must be one of ${LOG_TYPES.join(', ')} (got ${goQuote(type)})`
}

function* checkDatabase(file: string, database: DatabaseConfig, io: Pick<CommandIo, 'platform'>): Problems {
  const { section, number } = database
  const problem = structureProblem(section)
  if (problem !== null) yield `${placeOf(file, section.line)}: database config #${number}: ${problem}`
  const field = `dbs[${idOf(database)}]`
  yield* checkPattern(file, section, field, io)
  yield* checkDuration(file, section.section('snapshot'), `${field}.snapshot.interval`, 'interval', 'above')
  yield* checkDuration(file, section.section('snapshot'), `${field}.snapshot.retention`, 'retention', 'above')
  yield* checkNumbers(file, section, DATABASE_KEYS, `${field}.`)
  yield* checkReplica(file, section.section('replica'), `${field}.replica`)
  for (const [index, replica] of (section.sections('replicas') ?? []).entries()) {
    yield* checkReplica(file, replica, `${field}.replicas[${index}]`)
  }
}

function* checkReplica(file: string, section: Section, field: string): Problems {
  yield* checkDuration(file, section, `${field}.sync-interval`, 'sync-interval', 'above')
  yield* checkNumbers(file, section, REPLICA_KEYS, `${field}.`)
}

function structureProblem(section: Section): string | null {
  const [path, dir] = [section.text('path'), section.text('dir')]
  if (path !== '' && dir !== '') return 'give path or dir, not both'
  if (path === '' && dir === '') return 'give path or dir'
  if (dir !== '' && section.text('pattern') === '') return 'dir needs a pattern'
  if (dir === '' && section.isOn('watch')) return 'watch goes with dir only'
  if (dir === '' && section.text('meta-dir') !== '') return 'meta-dir goes with dir only'
  if (section.text('meta-path') !== '' && section.text('meta-dir') !== '')
    return 'give meta-path or meta-dir, not both'
  return null
}

function* checkPattern(
  file: string,
  section: Section,
  field: string,
  { platform }: Pick<CommandIo, 'platform'>,
): Problems {
  const pattern = section.text('pattern')
  if (parseGlob(pattern, platform === 'win32') !== null) return
  const rule = 'must be a pattern as *.db; \\ stands before a special character, and a [ needs its ]'
  yield `${keyPlace(file, section, 'pattern')}: ${field}.pattern: ${rule} (got ${goQuote(pattern)})`
}

/** Numbers below what the table of keys allows. */
function* checkNumbers(file: string, section: Section, keys: Keys, field: string): Problems {
  for (const [name, key] of Object.entries(keys)) {
    if (key.kind !== 'integer' || key.minimum === undefined) continue
    const value = section.value(name)
    if (typeof value !== 'number' || value >= key.minimum) continue
    const rule = key.minimum === 1 ? 'must be above 0' : `must be ${key.minimum} or more`
    yield `${keyPlace(file, section, name)}: ${field}${name}: ${rule} (got ${value})`
  }
}
