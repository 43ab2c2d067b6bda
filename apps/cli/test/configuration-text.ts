import { CONFIG_KEYS, DATABASE_KEYS, RETIRED_KEYS } from '../src/config/keys.ts'
import { INHERITED_KEYS, REPLICA_KEYS } from '../src/config/replica-keys.ts'
import { defaultText } from '../src/config/config-schema.ts'
import {
  STORAGE_TYPES,
  type Key,
  type Keys,
  type ScalarKind,
  type StorageType,
} from '../src/config/schema.ts'
import { markdownTable } from './markdown-table.ts'
import { CONFIGURATION_INTRODUCTION, CONFIGURATION_RULES, STORAGE_NOTES } from './configuration-prose.ts'

/** The reference of the configuration file, as Markdown, out of the table of keys that also reads it. */
export function configurationText(): string {
  const own = Object.entries(CONFIG_KEYS).filter(([name]) => !Object.hasOwn(INHERITED_KEYS, name))
  const sections = [
    CONFIGURATION_INTRODUCTION,
    '## Top level',
    'Also every key that is marked “top” below, as the default for all replicas.',
    markdownTable(
      ['key', 'type', 'default', 'meaning'],
      rowsOf(Object.fromEntries(own)).map(({ name, key }) => cells(name, key)),
    ),
    '## `dbs`',
    'One entry for each database, or for a directory of them.',
    markdownTable(
      ['key', 'type', 'default', 'meaning'],
      rowsOf(DATABASE_KEYS).map(({ name, key }) => cells(name, key)),
    ),
    '## `replica`',
    'Where the copy of a database is kept. These count for every storage. “top”: may stand at the top level, too, as the default for all replicas; what the replica itself says comes first.',
    replicaTable(Object.entries(REPLICA_KEYS).filter(([, key]) => key.storages === undefined)),
    ...STORAGE_TYPES.flatMap((type) => storageSection(type)),
    CONFIGURATION_RULES,
    `Keys of Litestream 0.3 have no effect, and a warning says so: ${[...RETIRED_KEYS].map((name) => `\`${name}\``).join(', ')}.`,
  ]
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`
}

function storageSection(type: StorageType): string[] {
  const entries = Object.entries(REPLICA_KEYS).filter(([, key]) => key.storages?.includes(type) === true)
  return [`### \`${type}\``, STORAGE_NOTES[type], entries.length === 0 ? '' : replicaTable(entries, type)]
}

function replicaTable(entries: readonly (readonly [string, Key])[], type?: StorageType): string {
  return markdownTable(
    ['key', 'top', 'type', 'default', 'meaning'],
    rowsOf(Object.fromEntries(entries)).map(({ name, key }) => {
      const [first = '', ...rest] = cells(name, key, type)
      return [first, Object.hasOwn(INHERITED_KEYS, name.split('.')[0] ?? '') ? 'yes' : '', ...rest]
    }),
  )
}

interface Row {
  readonly name: string
  readonly key: Key
}

/** A section, then what is in it; not what has a chapter of its own. */
function rowsOf(keys: Keys, within = '', ours = false): Row[] {
  return Object.entries(keys).flatMap(([short, plain]) => {
    const name = `${within}${short}`
    const key = ours ? { ...plain, ours } : plain
    if (key.kind === 'section' && short !== 'replica') return rowsOf(key.keys, `${name}.`, key.ours === true)
    const inner =
      key.kind === 'list' && key.item.kind === 'section' && short === 'levels' ? key.item.keys : {}
    return [{ name, key }, ...rowsOf(inner, `${name}[].`)]
  })
}

function cells(name: string, key: Key, type?: StorageType): string[] {
  const notes = [key.ours === true ? 'ltx only.' : '', key.deprecated === true ? 'Deprecated.' : '']
  const meaning = [...notes, key.about].filter((part) => part !== '').join(' ')
  const { otherwise = defaultOf(key) } = key
  const absent = typeof otherwise === 'string' ? otherwise : ((type && otherwise[type]) ?? '')
  return [`\`${name}\``, typeOf(key), absent, meaning]
}

const TYPES: Readonly<Record<ScalarKind, string>> = {
  string: 'text',
  boolean: 'boolean',
  integer: 'number',
  duration: 'duration',
  'byte-size': 'size',
  'file-mode': 'permissions',
}

function typeOf(key: Key): string {
  if (key.kind === 'section') return 'section'
  if (key.kind === 'list') return key.item.kind === 'section' ? 'list of sections' : 'list of texts'
  return key.oneOf === undefined ? TYPES[key.kind] : key.oneOf.map((value) => `\`${value}\``).join(' ')
}

function defaultOf(key: Key): string {
  if (key.kind === 'section' || key.kind === 'list') return ''
  const text = defaultText(key)
  return text === undefined ? '' : `\`${text}\``
}
