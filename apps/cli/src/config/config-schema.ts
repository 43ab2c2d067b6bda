import { shortDuration } from '../text/duration.ts'
import { FileMode } from './effective-config.ts'
import { CONFIG_KEYS } from './keys.ts'
import { REPLICA_KEYS } from './replica-keys.ts'
import type { Key, Keys, ListKey, ScalarKey, ScalarKind, ScalarShape } from './schema.ts'

/** A JSON Schema; every node of one is an object of words. */
export interface JsonSchema {
  readonly [word: string]: unknown
}

export const SCHEMA_ID =
  'https://raw.githubusercontent.com/ltx-js/ltx/main/apps/cli/schema/litestream.schema.json'

/** The schema as it is printed and published: short lists on one line, as the formatter has them. */
export function schemaText(): string {
  const text = JSON.stringify(configSchema(), null, 2)
  return `${text.replaceAll(/^(.*)\[\n\s+([^[\]{}]+?)\n\s+\](.*)$/gm, onOneLine)}\n`
}

function onOneLine(lines: string, before: string, items: string, after: string): string {
  const line = `${before}[${items.replaceAll(/,\n\s+/g, ', ')}]${after}`
  return line.length <= LINE_LENGTH_MAX ? line : lines
}

const LINE_LENGTH_MAX = 110

/** Where a value may be a variable, which is replaced before the file is read. */
const VARIABLE = { $ref: '#/$defs/variable' } as const

/**
 * The JSON Schema of the configuration file, for editors: these read YAML 1.2, so a word such as `yes` or `0600` may come as a text or as
 * another number. Stricter than the command where that only warns: unknown keys, and durations without a unit.
 */
export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: SCHEMA_ID,
    title: 'litestream.yml',
    description: 'Configuration of ltx, and of Litestream 0.5.',
    ...sectionSchema(CONFIG_KEYS, ''),
    $defs: {
      variable: {
        type: 'string',
        pattern: String.raw`\$`,
      },
      replica: sectionSchema(REPLICA_KEYS, 'replica'),
      ...KINDS,
    },
  }
}

function sectionSchema(keys: Keys, path: string): JsonSchema {
  return {
    type: ['object', 'null'],
    properties: Object.fromEntries(
      Object.entries(keys).map(([name, key]) => [
        name,
        keySchema(key, path === '' ? name : `${path}.${name}`),
      ]),
    ),
    // Places for anchors, and merges.
    patternProperties: { [String.raw`^(x-|\.|<<$)`]: true },
    additionalProperties: false,
    ...STRUCTURES[path],
  }
}

/** A replica stands in two places. */
function sectionOrReplica(keys: Keys, path: string): JsonSchema {
  return keys === REPLICA_KEYS ? { $ref: '#/$defs/replica' } : sectionSchema(keys, path)
}

function keySchema(key: Key, path: string): JsonSchema {
  const described = {
    description: descriptionOf(key),
    ...(key.deprecated === true ? { deprecated: true } : {}),
  }
  if (key.kind === 'section') return { ...described, ...sectionOrReplica(key.keys, path) }
  if (key.kind === 'list') return { ...described, ...listSchema(key, path) }
  const initial = defaultText(key)
  return { ...described, ...scalarSchema(key), ...(initial === undefined ? {} : { default: initial }) }
}

function descriptionOf(key: Key): string {
  const { about, ours, storages } = key
  const parts = [storages === undefined ? '' : `${storages.join(', ')}: `, about]
  const absent = otherwiseText(key)
  if (absent !== '') parts.push(` When absent: ${absent}.`)
  if (ours === true) parts.push(' Not of Litestream.')
  return parts.join('')
}

function otherwiseText({ otherwise = '' }: Key): string {
  if (typeof otherwise === 'string') return otherwise
  return Object.entries(otherwise)
    .map(([storage, text]) => `${storage}: ${text}`)
    .join('; ')
}

function listSchema({ item }: ListKey, path: string): JsonSchema {
  const items = item.kind === 'section' ? sectionOrReplica(item.keys, `${path}[]`) : scalarSchema(item)
  return { type: ['array', 'null'], items, ...STRUCTURES[path] }
}

function scalarSchema(shape: ScalarShape): JsonSchema {
  if (shape.oneOf !== undefined) {
    const values = [
      ...shape.oneOf,
      ...(shape.anyCase === true ? shape.oneOf.map((each) => each.toUpperCase()) : []),
    ]
    return { anyOf: [{ enum: values }, { type: 'null' }, VARIABLE] }
  }
  const { kind, minimum } = shape
  return { $ref: `#/$defs/${kind}`, ...(minimum === undefined ? {} : { minimum }) }
}

const DURATION = String.raw`^0$|^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$`
const WHOLE_NUMBER = String.raw`^[-+]?(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|\d[\d_]*)$`
const BOOLEAN = '^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$'
const BYTE_SIZE = String.raw`^\s*[\d.,]+\s*([kKmMgGtTpPeE][iI]?[bB]?|[bB])?\s*$`

const KINDS: Readonly<Record<ScalarKind, JsonSchema>> = {
  string: { type: ['string', 'number', 'boolean', 'null'] },
  boolean: orNothing({ type: 'boolean' }, { type: 'string', pattern: BOOLEAN }),
  integer: orNothing({ type: 'number' }, { type: 'string', pattern: WHOLE_NUMBER }),
  duration: orNothing(
    { type: 'string', pattern: DURATION, examples: ['500ms', '10s', '1h30m'] },
    { type: 'number', minimum: 0, maximum: 0 },
  ),
  'byte-size': orNothing(
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: BYTE_SIZE, examples: ['10MB', '5MiB'] },
  ),
  'file-mode': orNothing(
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: WHOLE_NUMBER.replace('[-+]', '[+]'), examples: ['0600'] },
  ),
}

/** Every value may as well be left empty, or be a variable. */
function orNothing(...schemas: readonly JsonSchema[]): JsonSchema {
  return { anyOf: [...schemas, { type: 'null' }, VARIABLE] }
}

/** What the table of keys does not say: which go together. By the path of the section or list. */
const STRUCTURES: Readonly<Record<string, JsonSchema>> = {
  levels: { maxItems: 8 },
  'levels[]': { required: ['interval'] },
  'dbs[]': {
    allOf: [
      { anyOf: [{ required: ['path'] }, { required: ['dir', 'pattern'] }, { required: ['<<'] }] },
      { anyOf: [{ required: ['replica'] }, { required: ['replicas'] }, { required: ['<<'] }] },
      { not: { required: ['path', 'dir'] } },
      { not: { required: ['meta-path', 'meta-dir'] } },
    ],
    dependentRequired: { dir: ['pattern'], 'meta-dir': ['dir'] },
  },
  'dbs[].replicas': { maxItems: 1 },
  ...refused('age'),
  ...refused('replica.age'),
}

function refused(path: string): Record<string, JsonSchema> {
  return { [`${path}.identities`]: { maxItems: 0 }, [`${path}.recipients`]: { maxItems: 0 } }
}

/** The default as it would be written in the file. */
export function defaultText({ kind, initial, otherwise }: ScalarKey): string | number | boolean | undefined {
  if (initial === undefined || initial === '' || otherwise !== undefined) return undefined
  if (kind === 'duration' && typeof initial === 'number') return shortDuration(initial)
  return kind === 'file-mode' && typeof initial === 'number' ? new FileMode(initial).toJSON() : initial
}
