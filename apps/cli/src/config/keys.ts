import type { Keys, ScalarKey } from './schema.ts'

/** Every key of litestream.yml, with its kind and its default. A new key is a line here and, where it does something, a reader of it. */

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Compaction intervals that count when `levels` is absent: level 1, 2 and 3, in milliseconds. */
export const LEVEL_INTERVALS_MS: readonly number[] = [30 * SECOND_MS, 5 * MINUTE_MS, HOUR_MS]

const TEXT: ScalarKey = { kind: 'string', initial: '' }
const UNUSED_TEXT: ScalarKey = { kind: 'string', initial: '', unused: true }
const SECRET: ScalarKey = { kind: 'string', initial: '', secret: true }
const OFF: ScalarKey = { kind: 'boolean', initial: false }
const UNUSED_OFF: ScalarKey = { kind: 'boolean', initial: false, unused: true }

/** Settings of a replica that may also stand at the top level, as the default for every replica. */
export const INHERITED_KEYS: Keys = {
  'sync-interval': { kind: 'duration', initial: SECOND_MS },
  'max-sync-ltx-files': { kind: 'integer', initial: 256 },
  'auto-recover': OFF,
  'validation-interval': { kind: 'duration', unused: true },
  'access-key-id': SECRET,
  'secret-access-key': SECRET,
  region: TEXT,
  bucket: TEXT,
  endpoint: TEXT,
  'force-path-style': { kind: 'boolean' },
  'sign-payload': { kind: 'boolean', initial: true },
  'require-content-md5': { kind: 'boolean', initial: true },
  'skip-verify': OFF,
  'storage-class': TEXT,
  'sse-customer-algorithm': { kind: 'string', initial: 'AES256' },
  'sse-customer-key': SECRET,
  'sse-customer-key-path': TEXT,
  'sse-kms-key-id': TEXT,
  'account-name': TEXT,
  'account-key': SECRET,
  'sas-token': SECRET,
  host: TEXT,
  user: TEXT,
  password: SECRET,
  'key-path': TEXT,
  'concurrent-writes': { kind: 'boolean', initial: true },
  jwt: SECRET,
  seed: SECRET,
  creds: TEXT,
  nkey: SECRET,
  username: TEXT,
  token: SECRET,
  tls: OFF,
  'root-cas': { kind: 'list', item: TEXT },
  'client-cert': TEXT,
  'client-key': TEXT,
  'max-reconnects': { kind: 'integer', initial: -1 },
  'reconnect-wait': { kind: 'duration', initial: 2 * SECOND_MS },
  timeout: { kind: 'duration', initial: 10 * SECOND_MS },
  age: {
    kind: 'section',
    keys: { identities: { kind: 'list', item: SECRET }, recipients: { kind: 'list', item: TEXT } },
  },
}

export const REPLICA_KEYS: Keys = {
  ...INHERITED_KEYS,
  url: TEXT,
  type: TEXT,
  path: TEXT,
  name: TEXT,
  'part-size': { kind: 'byte-size', initial: 5 * 1024 * 1024 },
  concurrency: { kind: 'integer', initial: 5 },
  'host-key': TEXT,
  'webdav-url': TEXT,
  'webdav-username': TEXT,
  'webdav-password': SECRET,
}

/** Keys of a replica's section that are about the engine or choose the storage, and no setting of one. */
export const ENGINE_KEYS: ReadonlySet<string> = new Set([
  'age',
  'auto-recover',
  'max-sync-ltx-files',
  'name',
  'sync-interval',
  'type',
  'url',
  'validation-interval',
])

const DATABASE_KEYS: Keys = {
  path: TEXT,
  dir: TEXT,
  pattern: TEXT,
  recursive: OFF,
  watch: OFF,
  'meta-path': TEXT,
  'meta-dir': TEXT,
  'monitor-interval': { kind: 'duration', initial: SECOND_MS },
  'checkpoint-interval': { kind: 'duration', initial: MINUTE_MS },
  'busy-timeout': { kind: 'duration', initial: SECOND_MS, unused: true },
  'min-checkpoint-page-count': { kind: 'integer', initial: 1000 },
  'truncate-page-n': { kind: 'integer', initial: 121_359 },
  'max-sync-wal-bytes': { kind: 'integer', initial: 64 * 1024 * 1024 },
  'restore-if-db-not-exists': OFF,
  snapshot: { kind: 'section', keys: { interval: { kind: 'duration' }, retention: { kind: 'duration' } } },
  replica: { kind: 'section', keys: REPLICA_KEYS },
  replicas: { kind: 'list', item: { kind: 'section', keys: REPLICA_KEYS } },
}

export const CONFIG_KEYS: Keys = {
  ...INHERITED_KEYS,
  addr: UNUSED_TEXT,
  'mcp-addr': UNUSED_TEXT,
  socket: {
    kind: 'section',
    keys: {
      enabled: OFF,
      path: { kind: 'string', initial: '/var/run/litestream.sock' },
      permissions: { kind: 'file-mode', initial: 0o600 },
    },
  },
  exec: TEXT,
  levels: { kind: 'list', item: { kind: 'section', keys: { interval: { kind: 'duration', initial: 0 } } } },
  snapshot: {
    kind: 'section',
    keys: {
      interval: { kind: 'duration', initial: 24 * HOUR_MS },
      retention: { kind: 'duration', initial: 24 * HOUR_MS },
    },
  },
  'l0-retention': { kind: 'duration', initial: 5 * MINUTE_MS },
  'l0-retention-check-interval': { kind: 'duration', initial: 15 * SECOND_MS },
  retention: { kind: 'section', keys: { enabled: { kind: 'boolean', initial: true } } },
  validation: { kind: 'section', keys: { interval: { kind: 'duration', initial: 0, unused: true } } },
  'verify-compaction': OFF,
  'heartbeat-url': UNUSED_TEXT,
  'heartbeat-interval': { kind: 'duration', initial: 5 * MINUTE_MS, unused: true },
  'shutdown-sync-timeout': { kind: 'duration', initial: 30 * SECOND_MS },
  'shutdown-sync-interval': { kind: 'duration', initial: 500 },
  logging: {
    kind: 'section',
    keys: { level: TEXT, type: { kind: 'string', initial: 'text' }, stderr: OFF, source: UNUSED_OFF },
  },
  dbs: { kind: 'list', item: { kind: 'section', keys: DATABASE_KEYS } },
}

/** Keys that Litestream 0.3 had and 0.5 ignores: no spelling mistake, so no guess at a nearest key. */
export const RETIRED_KEYS: ReadonlySet<string> = new Set([
  'max-checkpoint-page-count',
  'shadow-retention-count',
  'retention-check-interval',
  'snapshot-interval',
  'retention',
])
