import type { DatabaseSettings, StoreSettings } from '@ltx/replicator'
import type { Config, DatabaseConfig } from '../config/config.ts'
import { replicaSettings } from '../replica/resolve-replica.ts'

/** The configuration as the engine takes it; what it does not speak of keeps the engine's own default. */
export function storeSettings(config: Config, options: { readonly once: boolean }): Partial<StoreSettings> {
  const { root } = config
  return {
    levels: config.levelIntervalsMs.map((intervalMs) => ({ intervalMs })),
    snapshotIntervalMs: config.snapshotIntervalMs,
    snapshotRetentionMs: config.snapshotRetentionMs,
    l0RetentionMs: root.duration('l0-retention'),
    l0RetentionCheckIntervalMs: root.duration('l0-retention-check-interval'),
    retentionEnabled: root.section('retention').isOn('enabled'),
    verifyCompaction: root.isOn('verify-compaction'),
    shutdownSyncTimeoutMs: root.duration('shutdown-sync-timeout'),
    shutdownSyncIntervalMs: root.duration('shutdown-sync-interval'),
    compactionEnabled: !options.once,
    embedded: false,
  }
}

/** @throws {ConfigError} no replica, or several */
export function databaseSettings(config: Config, database: DatabaseConfig): Partial<DatabaseSettings> {
  const { section, metaPath } = database
  const replica = replicaSettings(config, database)
  return {
    monitorIntervalMs: section.duration('monitor-interval'),
    checkpointIntervalMs: section.duration('checkpoint-interval'),
    minCheckpointPageCount: section.integer('min-checkpoint-page-count'),
    truncatePageN: section.integer('truncate-page-n'),
    maxSyncWalBytes: section.integer('max-sync-wal-bytes'),
    syncIntervalMs: replica('sync-interval').duration('sync-interval'),
    maxSyncLtxFiles: replica('max-sync-ltx-files').integer('max-sync-ltx-files'),
    autoRecover: replica('auto-recover').isOn('auto-recover'),
    ...(metaPath === null ? {} : { metaPath }),
  }
}
