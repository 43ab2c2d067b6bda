import { LOG_TYPES } from '../log/console-logger.ts'
import { LOG_LEVELS } from '../log/log-level.ts'
import { INHERITED_KEYS, REPLICA_KEYS } from './replica-keys.ts'
import type { Keys, ScalarShape } from './schema.ts'

/** Every key of litestream.yml, with its kind and its default. A new key is a line here and, where it does something, a reader of it. */

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Compaction intervals that count when `levels` is absent: level 1, 2 and 3, in milliseconds. */
export const LEVEL_INTERVALS_MS: readonly number[] = [30 * SECOND_MS, 5 * MINUTE_MS, HOUR_MS]

const TEXT: ScalarShape = { kind: 'string', initial: '' }
const OFF: ScalarShape = { kind: 'boolean', initial: false }

export const DATABASE_KEYS: Keys = {
  path: { ...TEXT, about: 'One database. `path` or `dir`, not both.' },
  dir: {
    ...TEXT,
    about: 'A directory of databases: every file in it that fits `pattern` and is a SQLite database.',
  },
  pattern: {
    ...TEXT,
    about: 'With `dir`: which file names count, as `*.db`. `*`, `?`, `[a-z]`, `[^a]` and `\\` are special.',
  },
  recursive: { ...OFF, about: 'With `dir`: the directories in it, too.' },
  watch: {
    ...OFF,
    about: 'With `dir`: databases that appear while it runs are replicated, those that go are closed.',
  },
  'meta-path': {
    ...TEXT,
    otherwise: '`.NAME-litestream` beside the database',
    about: 'The folder of the local state. With `dir` the folder in which those folders are.',
  },
  'meta-dir': {
    ...TEXT,
    about:
      'With `dir`: the folder of the state folders, which are called `NAME-litestream` in it. Not beside `meta-path`.',
  },
  'monitor-interval': {
    kind: 'duration',
    initial: SECOND_MS,
    about: 'How often to look for changes where the system tells of none; 0 or less: never.',
  },
  'checkpoint-interval': {
    kind: 'duration',
    initial: MINUTE_MS,
    about: 'Time between checkpoints; 0: by size only.',
  },
  'busy-timeout': {
    kind: 'duration',
    initial: SECOND_MS,
    unused: true,
    about: 'No effect: nothing waits inside SQLite.',
  },
  'min-checkpoint-page-count': {
    kind: 'integer',
    initial: 1000,
    minimum: 1,
    about: 'Pages in the WAL from which on a checkpoint is tried. Above 0.',
  },
  'truncate-page-n': {
    kind: 'integer',
    initial: 121_359,
    about:
      'Pages in the WAL from which on one is forced, which blocks writers; 0: the default; below 0: never.',
  },
  'max-sync-wal-bytes': {
    kind: 'integer',
    initial: 256 * 1024 * 1024,
    minimum: 0,
    about:
      'Bytes of pages that one level 0 file holds at most, before they are compressed, a plain number; 0: no limit.',
  },
  'restore-if-db-not-exists': {
    ...OFF,
    about: 'A database whose file is missing is restored before replication starts. Not for `dir`.',
  },
  snapshot: {
    kind: 'section',
    about:
      'Counts for all databases where the top level says nothing; databases may not contradict each other.',
    keys: {
      interval: { kind: 'duration', about: 'As at the top level.' },
      retention: { kind: 'duration', about: 'As at the top level.' },
    },
  },
  replica: { kind: 'section', keys: REPLICA_KEYS, about: 'Where the copy is kept. A database has one.' },
  replicas: {
    kind: 'list',
    item: { kind: 'section', keys: REPLICA_KEYS },
    deprecated: true,
    about: 'Old form of `replica`: a list of one.',
  },
}

export const CONFIG_KEYS: Keys = {
  ...INHERITED_KEYS,
  addr: {
    ...TEXT,
    about: 'Address and port of `/metrics` and `/health`, as `:9090`; nothing listens when absent.',
  },
  health: {
    kind: 'section',
    ours: true,
    about: 'When `/health` turns red.',
    keys: {
      'max-lag': {
        kind: 'duration',
        initial: 0,
        about:
          'How old a commit may become before it is in the replica; 0: ten times `sync-interval`, but 1m at least.',
      },
    },
  },
  'mcp-addr': {
    ...TEXT,
    about:
      'Address and port of the MCP server, as `:3001`, which is on this machine only; nothing when absent.',
  },
  socket: {
    kind: 'section',
    about: 'The control socket.',
    keys: {
      enabled: { ...OFF, about: 'Listen on it.' },
      path: { kind: 'string', initial: '/var/run/litestream.sock', about: 'Where it is.' },
      permissions: {
        kind: 'file-mode',
        initial: 0o600,
        about: 'Who may use it. `600` without a leading 0 is a decimal number.',
      },
    },
  },
  exec: { ...TEXT, about: 'A program to run; replication ends when it ends. No shell.' },
  levels: {
    kind: 'list',
    item: {
      kind: 'section',
      keys: {
        interval: {
          kind: 'duration',
          initial: 0,
          otherwise: 'it is needed',
          about: 'Time between compactions into this level. Above 0.',
        },
      },
    },
    otherwise: 'three: `30s`, `5m`, `1h`',
    about: 'Compaction levels from 1 on, at most 8; an empty list: none.',
  },
  snapshot: {
    kind: 'section',
    about: 'Whole images of the databases.',
    keys: {
      interval: { kind: 'duration', initial: 24 * HOUR_MS, about: 'Time between two. Above 0.' },
      retention: {
        kind: 'duration',
        initial: 24 * HOUR_MS,
        about: 'How long they, and what follows them, are kept. Above 0.',
      },
    },
  },
  'l0-retention': {
    kind: 'duration',
    initial: 5 * MINUTE_MS,
    about: 'How long files of level 0 are kept once they are compacted; 0: for ever.',
  },
  'l0-retention-check-interval': {
    kind: 'duration',
    initial: 15 * SECOND_MS,
    about: 'How often to look for those. Above 0.',
  },
  retention: {
    kind: 'section',
    about: 'Deletion of old files.',
    keys: {
      enabled: { kind: 'boolean', initial: true, about: '`false`: nothing is ever deleted from a replica.' },
    },
  },
  validation: {
    kind: 'section',
    about: 'Checks of the replicas.',
    keys: {
      interval: {
        kind: 'duration',
        initial: 0,
        about:
          'How often every level of a replica is listed, to see that no file is missing in between; 0: never. A hole is an error in the log.',
      },
    },
  },
  verify: {
    kind: 'section',
    ours: true,
    about: 'Restores on trial, to prove the replicas, while `replicate` runs.',
    keys: {
      interval: {
        kind: 'duration',
        initial: 0,
        about:
          'Each replica is restored once in this time, one after the other, checked, and compared with its database; 0: never. Reads from the storage what a restore reads, and needs as much space beside the database as it has.',
      },
    },
  },
  'verify-compaction': { ...OFF, about: 'Check after each compaction that its level has no hole.' },
  'heartbeat-url': {
    ...TEXT,
    secret: true,
    about: 'Is called with GET as long as every database is synced.',
  },
  'heartbeat-interval': {
    kind: 'duration',
    initial: 5 * MINUTE_MS,
    about: 'Time between those calls; 1m at least.',
  },
  'shutdown-sync-timeout': {
    kind: 'duration',
    initial: 30 * SECOND_MS,
    about: 'How long the last sync is tried again when the program ends; 0: once.',
  },
  'shutdown-sync-interval': {
    kind: 'duration',
    initial: 500,
    about: 'Pause between those attempts. Above 0.',
  },
  logging: {
    kind: 'section',
    about: 'The log.',
    keys: {
      level: {
        ...TEXT,
        oneOf: LOG_LEVELS,
        anyCase: true,
        otherwise: '`info`',
        about: 'What is logged, and what is worse. `-log-level` and `LOG_LEVEL` count before it.',
      },
      type: {
        kind: 'string',
        initial: 'text',
        oneOf: LOG_TYPES,
        about: 'How a line looks.',
      },
      stderr: { ...OFF, about: 'Write to stderr instead of stdout.' },
      source: { ...OFF, about: 'Add the place in the source to every line.' },
      file: {
        ...TEXT,
        ours: true,
        otherwise: 'stdout, or stderr',
        about:
          '`replicate` appends its log to this file instead of writing it to stdout or stderr; SIGHUP opens it anew.',
      },
    },
  },
  dbs: {
    kind: 'list',
    item: { kind: 'section', keys: DATABASE_KEYS },
    about: 'The databases.',
  },
}

/** Keys that Litestream 0.3 had and 0.5 ignores: no spelling mistake, so no guess at a nearest key. */
export const RETIRED_KEYS: ReadonlySet<string> = new Set([
  'max-checkpoint-page-count',
  'shadow-retention-count',
  'retention-check-interval',
  'snapshot-interval',
  'retention',
])
