import { CONFIG_KEYS, DATABASE_KEYS } from '../src/config/keys.ts'
import { countsFor, REPLICA_KEYS } from '../src/config/replica-keys.ts'
import type { Key, Keys, ScalarShape } from '../src/config/schema.ts'

/** A number below the one that is given. */
export type Below = (limit: number) => number

/** The same numbers for the same seed (mulberry32). */
export function seededBelow(seed: number): Below {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

/** Texts that a careless writer of YAML would turn into something else. */
const PLAIN_TEXTS =
  'a yes 0600 1_000 "q" it\'s [x] {y} ~ null 5m *a &b !c %d @e `f` = << | > 1:30:00 0x1F .5 2026-01-01 \\d 😀 #c'
const TEXTS: readonly string[] = [
  ...PLAIN_TEXTS.split(' '),
  ...'x: y/a # b/- z/ü ñ/a\tb/  lead/trail /two\nlines//\u00A0/\u2028/: :'.split('/'),
]
/** What cannot be chosen by chance: it would be wrong, or hidden. */
const FIXED: ReadonlySet<string> = new Set(
  `addr mcp-addr heartbeat-url heartbeat-interval exec levels dbs age name path dir pattern recursive watch meta-path meta-dir
  replica replicas url type account-name bucket host user host-key endpoint concurrency max-reconnects client-cert client-key
  sse-kms-key-id validation-interval busy-timeout auto-recover snapshot`.split(/\s+/),
)
/** A place for each database: two may not share one. */
const REPLICAS = {
  file: (number: number) => ({ path: `/r${number}` }),
  s3: (number: number) => ({ type: 's3', bucket: `bucket-${number}` }),
  gs: (number: number) => ({ url: `gs://bucket/p${number}` }),
  abs: (number: number) => ({ url: `abs://account@container/p${number}` }),
  sftp: (number: number) => ({ url: `sftp://me@host/p${number}` }),
  nats: (number: number) => ({ url: `nats://host/store${number}` }),
} as const

/** A configuration that the command takes without a warning, as plain data. */
export function randomConfiguration(below: Below): Record<string, unknown> {
  const databases = Array.from({ length: 1 + below(3) }, (_, number) => {
    const type = pick(below, Object.keys(REPLICAS) as (keyof typeof REPLICAS)[])
    const keys = Object.entries(REPLICA_KEYS).filter(([, key]) => countsFor(type, key))
    const replica = { ...randomSection(below, Object.fromEntries(keys)), ...REPLICAS[type](number) }
    const place =
      below(3) > 0
        ? { path: `/${number}${pick(below, TEXTS)}${number}` }
        : { dir: `/${number}`, pattern: '*', 'restore-if-db-not-exists': false }
    return { ...randomSection(below, DATABASE_KEYS), ...place, replica }
  })
  const top = randomSection(below, CONFIG_KEYS)
  return { ...top, ...(below(2) === 0 ? { levels: [{ interval: '1m' }] } : {}), dbs: databases }
}

function randomSection(below: Below, keys: Keys): Record<string, unknown> {
  const section: Record<string, unknown> = {}
  for (const [name, key] of Object.entries(keys)) {
    const isSecret = key.kind !== 'section' && key.kind !== 'list' && key.secret === true
    if (!FIXED.has(name) && !isSecret && below(3) === 0) section[name] = randomValue(below, key)
  }
  return section
}

function randomValue(below: Below, key: Key): unknown {
  if (key.kind === 'section') return randomSection(below, key.keys)
  if (key.kind === 'list')
    return Array.from({ length: below(3) }, () =>
      pick(
        below,
        TEXTS.filter((text) => text !== '~'),
      ),
    )
  return randomScalar(below, key)
}

function randomScalar(below: Below, { kind, oneOf }: ScalarShape): string | number | boolean {
  if (oneOf !== undefined) return pick(below, oneOf)
  if (kind === 'boolean') return below(2) === 0
  if (kind === 'integer') return 1 + below(1_000_000)
  if (kind === 'duration') return pick(below, ['1s', '90s', '1h30m', '1250ms', '2h', '61m', '1.5s', '24h'])
  if (kind === 'byte-size') return pick(below, ['6MiB', '10MB', 7_000_000])
  return kind === 'file-mode' ? pick(below, [0o600, 0o666, 0o700]) : pick(below, TEXTS)
}

function pick<Item>(below: Below, items: readonly Item[]): Item {
  const item = items[below(items.length)]
  if (item === undefined) throw new RangeError('nothing to choose from')
  return item
}
