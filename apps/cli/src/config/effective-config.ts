import type { SettingValue } from '@ltx/client-core'
import { metaPathOf } from '../local/local-state.ts'
import { logFile, logSettings } from '../log/log-settings.ts'
import type { CommandIo } from '../program/io.ts'
import type { ReplicaPlace } from '../replica/replica-place.ts'
import { replicaSettings } from '../replica/resolve-replica.ts'
import { shortDuration } from '../text/duration.ts'
import { MASK, maskCommand, maskPath, maskText } from '../text/mask-secrets.ts'
import type { Config, DatabaseConfig } from './config.ts'
import type { Section } from './given.ts'
import { CONFIG_KEYS, DATABASE_KEYS } from './keys.ts'
import { countsFor, ENGINE_KEYS, INHERITED_KEYS, REPLICA_KEYS } from './replica-keys.ts'
import type { Key, Keys, ScalarKind, ScalarShape, ScalarValue } from './schema.ts'

/** Permission bits: written in octal, which a number in JSON could not be. */
export class FileMode {
  readonly bits: number

  constructor(bits: number) {
    this.bits = bits
  }

  toJSON(): string {
    return `0${this.bits.toString(8)}`
  }
}

export type EffectiveValue =
  | string
  | number
  | boolean
  | FileMode
  | readonly EffectiveValue[]
  | EffectiveSection
export interface EffectiveSection {
  readonly [key: string]: EffectiveValue
}

/** Those that say where the replica is first. */
const REPLICA_ENTRIES: readonly (readonly [string, Key])[] = Object.entries({
  ...only(REPLICA_KEYS, ['webdav-url', 'host', 'user', 'bucket', 'path']),
  ...REPLICA_KEYS,
})

/** Replica keys that the engine reads; those of the storage come before them. */
const SYNC_KEYS = ['sync-interval', 'max-sync-ltx-files'] as const

/**
 * The configuration as it counts: defaults filled in, what the top level says handed down to the replicas, paths absolute, secrets
 * hidden. Keys without an effect, and those that are off because they are empty, are left out. As a configuration file it would mean
 * the same, but for the secrets.
 *
 * @param replicas Of each entry of `dbs`, in their order.
 */
export function effectiveConfig(
  config: Config,
  replicas: readonly ReplicaPlace[],
  io: CommandIo,
): EffectiveSection {
  const { root } = config
  const top = effectiveKeys(keysWithout(CONFIG_KEYS, Object.keys(INHERITED_KEYS)), root)
  return {
    ...top,
    logging: effectiveLogging(config, io, top['logging'] as EffectiveSection),
    levels: config.levelIntervalsMs.map((intervalMs) => ({ interval: shortDuration(intervalMs) })),
    snapshot: {
      interval: shortDuration(config.snapshotIntervalMs),
      retention: shortDuration(config.snapshotRetentionMs),
    },
    dbs: config.databases.flatMap((database, index) => {
      const place = replicas[index]
      return place === undefined ? [] : [effectiveDatabase(config, database, place)]
    }),
  }
}

/** The level that counts, where it stands in the reference: in front. */
function effectiveLogging(config: Config, io: CommandIo, logging: EffectiveSection): EffectiveSection {
  const file = logFile(config, io)
  const { level, type } = logSettings(config, io)
  const others = Object.entries(logging).filter(([key]) => !['level', 'type', 'file'].includes(key))
  return Object.fromEntries([
    ['level', level],
    ['type', type],
    ...others,
    ...(file === null ? [] : [['file', file]]),
  ])
}

function effectiveDatabase(config: Config, database: DatabaseConfig, place: ReplicaPlace): EffectiveSection {
  const { section, path, directory, metaPath, metaDirectory } = database
  const isDirectory = directory !== ''
  const placed: Record<string, EffectiveValue> = isDirectory ? { dir: directory } : { path }
  const state = isDirectory ? metaPath : (metaPath ?? metaPathOf(path))
  const skipped = ['path', 'dir', 'meta-path', 'meta-dir', 'snapshot', 'replica', 'replicas']
  const alone = ['pattern', 'recursive', 'watch']
  if (isDirectory) skipped.push('restore-if-db-not-exists')
  return {
    ...placed,
    ...(isDirectory ? effectiveKeys(only(DATABASE_KEYS, alone), section) : {}),
    ...(state === null ? {} : { 'meta-path': state }),
    ...(metaDirectory === null ? {} : { 'meta-dir': metaDirectory }),
    ...effectiveKeys(keysWithout(DATABASE_KEYS, [...skipped, ...alone]), section),
    replica: effectiveReplica(config, database, place),
  }
}

function effectiveReplica(config: Config, database: DatabaseConfig, place: ReplicaPlace): EffectiveSection {
  const shown: Record<string, EffectiveValue> = { type: place.type }
  if (place.type === 'file') shown['path'] = place.path
  else {
    const { url, keys } = place.settings
    if (url !== undefined) shown['url'] = maskText(url)
    const saidByUrl = parametersOf(url ?? '')
    for (const [name, key] of REPLICA_ENTRIES) {
      if (ENGINE_KEYS.has(name) || !countsFor(place.type, key) || key.kind === 'section') continue
      const value = keys[name]
      if (Array.isArray(value)) shown[name] = value.map((item) => maskText(String(item)))
      else if (key.kind !== 'list')
        put(shown, name, key, scalarOf(value) ?? (saidByUrl.has(plainName(name)) ? undefined : key.initial))
    }
  }
  const setting = replicaSettings(config, database)
  for (const name of SYNC_KEYS) {
    const key = REPLICA_KEYS[name]
    if (key !== undefined && key.kind !== 'section' && key.kind !== 'list')
      put(shown, name, key, setting(name).value(name))
  }
  return shown
}

function effectiveKeys(keys: Keys, section: Section): EffectiveSection {
  const shown: Record<string, EffectiveValue> = {}
  for (const [name, key] of Object.entries(keys)) {
    if (key.kind === 'section') {
      const inner = effectiveKeys(key.keys, section.section(name))
      if (Object.keys(inner).length > 0) shown[name] = inner
    } else if (key.kind !== 'list' && key.unused !== true) put(shown, name, key, section.value(name))
  }
  return shown
}

/** Settings in the query of a URL, which has them as `skipVerify` or `skip-verify`. */
function parametersOf(url: string): ReadonlySet<string> {
  const names = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? '').keys()
  return new Set([...names].map(plainName))
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('-', '')
}

function scalarOf(value: SettingValue | undefined): ScalarValue | undefined {
  return typeof value === 'object' ? undefined : value
}

function put(
  shown: Record<string, EffectiveValue>,
  name: string,
  shape: ScalarShape,
  value: ScalarValue | undefined,
): void {
  // Nothing where nothing is the default says nothing; elsewhere it takes the default away.
  if (value === undefined || (value === '' && (shape.initial ?? '') === '')) return
  shown[name] = typeof value === 'string' ? maskedText(name, shape, value) : readable(shape.kind, value)
}

function maskedText(name: string, { secret }: ScalarShape, text: string): string {
  if (name === 'heartbeat-url') return maskPath(text)
  if (secret === true) return MASK
  return name === 'exec' ? maskCommand(text) : maskText(text)
}

function readable(kind: ScalarKind, value: number | boolean): EffectiveValue {
  if (typeof value === 'boolean') return value
  if (kind === 'duration') return shortDuration(value)
  return kind === 'file-mode' ? new FileMode(value) : value
}

function keysWithout(keys: Keys, names: readonly string[]): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => !names.includes(name)))
}

function only(keys: Keys, names: readonly string[]): Keys {
  return Object.fromEntries(
    names.flatMap((name): [string, Key][] => (keys[name] === undefined ? [] : [[name, keys[name]]])),
  )
}
