import { ReplicatorError } from './errors.ts'

/** Settings of one database. Plain data; every default is Litestream's where it has one. */
export interface DatabaseSettings {
  /** Slow poll where file events do not work, in milliseconds. */
  readonly monitorIntervalMs: number
  /** A quiet checkpoint is due after this long with frames not yet in the database file. 0: never by time. */
  readonly checkpointIntervalMs: number
  /** A quiet checkpoint is due when this many frames are not yet in the database file. */
  readonly minCheckpointPageCount: number
  /** The WAL file is truncated, when that disturbs nobody, above this many pages. 0: default; negative: never. */
  readonly truncatePageN: number
  /** One level 0 file holds about this many bytes of pages at most, before they are compressed (a transaction is never cut). 0: no limit. */
  readonly maxSyncWalBytes: number
  /** Under load one level 0 file and one upload per this interval. */
  readonly syncIntervalMs: number
  /** Uploads in a row before other work of the database gets its turn. 0: no limit. */
  readonly maxSyncLtxFiles: number
  /** Litestream's; of no effect: lost or damaged local files are always made again from the replica and the database (`recovered`). */
  readonly autoRecover: boolean
  /** Connections are closed after this long without a change. 0: never. */
  readonly dormantAfterMs: number
  /** Databases larger than this many bytes stay active: proving them unchanged costs more than two connections. */
  readonly dormantBytesMax: number
  /** While local files cannot be written, the WAL is kept for them up to this many bytes; then it is let go and compared later. */
  readonly pinnedWalBytesMax: number
  /**
   * A database that with its WAL is larger than this many bytes is compared, or written for the first time, while it is followed:
   * the WAL stays short meanwhile. A smaller one is read at once. 0: all are.
   */
  readonly slidingScanBytesMin: number
  /** Where local state is missing, up to this many stored bytes are read to find what differs; beyond, the database goes up whole. */
  readonly rebuildBytesMax: number
  /** Where local state lives; `DIR/.NAME-litestream` when absent. */
  readonly metaPath?: string | undefined
}

export const DATABASE_DEFAULTS: DatabaseSettings = {
  monitorIntervalMs: 1000,
  checkpointIntervalMs: 60_000,
  minCheckpointPageCount: 1000,
  truncatePageN: 121_359,
  maxSyncWalBytes: 256 * 1024 * 1024,
  syncIntervalMs: 1000,
  maxSyncLtxFiles: 256,
  autoRecover: false,
  dormantAfterMs: 60_000,
  dormantBytesMax: 4 * 1024 * 1024 * 1024,
  pinnedWalBytesMax: 4 * 1024 * 1024 * 1024,
  slidingScanBytesMin: 64 * 1024 * 1024,
  rebuildBytesMax: 1024 * 1024 * 1024,
}

/** Settings of all databases of one Store. */
export interface StoreSettings {
  /** Levels 1, 2 …: how often each is made from the one below. At most 8. */
  readonly levels: readonly { readonly intervalMs: number }[]
  readonly snapshotIntervalMs: number
  readonly snapshotRetentionMs: number
  /** Level 0 files older than this go once level 1 holds them. 0: they are kept. */
  readonly l0RetentionMs: number
  readonly l0RetentionCheckIntervalMs: number
  /** False: remote files are never deleted (local copies still are). */
  readonly retentionEnabled: boolean
  /** After each compaction the destination level is checked for gaps and overlaps. */
  readonly verifyCompaction: boolean
  /** How long a closing database tries to bring its last changes to the replica. 0: one attempt. */
  readonly shutdownSyncTimeoutMs: number
  readonly shutdownSyncIntervalMs: number
  /** The backup of file events: every database is looked at this often. */
  readonly slowPollIntervalMs: number
  /** False: no compaction, snapshots or retention by time (`replicate -once`). */
  readonly compactionEnabled: boolean
  /** Where SQLite runs. `in-process` is for tests and for embedding with an application's own driver. */
  readonly workers: 'threads' | 'in-process'
  readonly workersMax: number
  /**
   * So many databases may be awake without need: among more, those that are silent sleep after half a second. Each costs some 250 KB and 8
   * descriptors, and waking one costs what five captures do. Whoever was written to in the last seconds stays awake all the same.
   */
  readonly awakeMax: number
  /**
   * The application may have the databases open in this very process (with the same SQLite library!): then descriptors of database files
   * are never closed, because that would drop the application's locks. False in a process of its own, such as the command.
   */
  readonly embedded: boolean
}

export const STORE_DEFAULTS: StoreSettings = {
  levels: [{ intervalMs: 30_000 }, { intervalMs: 300_000 }, { intervalMs: 3_600_000 }],
  snapshotIntervalMs: 86_400_000,
  snapshotRetentionMs: 86_400_000,
  l0RetentionMs: 300_000,
  l0RetentionCheckIntervalMs: 15_000,
  retentionEnabled: true,
  verifyCompaction: false,
  shutdownSyncTimeoutMs: 30_000,
  shutdownSyncIntervalMs: 500,
  slowPollIntervalMs: 30_000,
  compactionEnabled: true,
  workers: 'threads',
  workersMax: 2,
  awakeMax: 384, // of 4096 descriptors, which a process has at least nearly everywhere, it leaves a quarter
  embedded: true,
}

/** @throws {ReplicatorError} `REPLICATOR_BAD_SETTINGS` naming the first setting that is out of range. */
export function databaseSettings(given: Partial<DatabaseSettings> = {}): DatabaseSettings {
  const merged = { ...DATABASE_DEFAULTS, ...withoutUndefined(given) }
  const settings =
    merged.truncatePageN === 0 ? { ...merged, truncatePageN: DATABASE_DEFAULTS.truncatePageN } : merged
  require(settings.minCheckpointPageCount >
    0, 'minCheckpointPageCount', 'above 0', settings.minCheckpointPageCount)
  require(settings.syncIntervalMs > 0, 'syncIntervalMs', 'above 0', settings.syncIntervalMs)
  require(settings.maxSyncWalBytes >= 0, 'maxSyncWalBytes', '0 or more', settings.maxSyncWalBytes)
  require(settings.slidingScanBytesMin >= 0, 'slidingScanBytesMin', '0 or more', settings.slidingScanBytesMin)
  require(settings.maxSyncLtxFiles >= 0, 'maxSyncLtxFiles', '0 or more', settings.maxSyncLtxFiles)
  return settings
}

/** @throws {ReplicatorError} `REPLICATOR_BAD_SETTINGS` naming the first setting that is out of range. */
export function storeSettings(given: Partial<StoreSettings> = {}): StoreSettings {
  const settings = { ...STORE_DEFAULTS, ...withoutUndefined(given) }
  require(settings.levels.length <= 8, 'levels', 'at most 8', settings.levels.length)
  for (const [index, level] of settings.levels.entries()) {
    require(level.intervalMs > 0, `levels[${index}].intervalMs`, 'above 0', level.intervalMs)
  }
  require(settings.snapshotIntervalMs > 0, 'snapshotIntervalMs', 'above 0', settings.snapshotIntervalMs)
  require(settings.snapshotRetentionMs > 0, 'snapshotRetentionMs', 'above 0', settings.snapshotRetentionMs)
  require(settings.l0RetentionMs >= 0, 'l0RetentionMs', '0 or more', settings.l0RetentionMs)
  require(settings.l0RetentionCheckIntervalMs >
    0, 'l0RetentionCheckIntervalMs', 'above 0', settings.l0RetentionCheckIntervalMs)
  require(settings.shutdownSyncTimeoutMs >=
    0, 'shutdownSyncTimeoutMs', '0 or more', settings.shutdownSyncTimeoutMs)
  require(settings.shutdownSyncIntervalMs >
    0, 'shutdownSyncIntervalMs', 'above 0', settings.shutdownSyncIntervalMs)
  require(settings.workersMax >= 1, 'workersMax', '1 or more', settings.workersMax)
  require(settings.awakeMax >= 1, 'awakeMax', '1 or more', settings.awakeMax)
  return settings
}

function require(condition: boolean, name: string, rule: string, found: number): void {
  if (!condition)
    throw new ReplicatorError('REPLICATOR_BAD_SETTINGS', `${name} must be ${rule} (found ${found})`)
}

function withoutUndefined<Given extends object>(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given
}
