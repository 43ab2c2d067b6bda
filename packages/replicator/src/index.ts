export type { CheckpointResult } from './lib/checkpoint/run-checkpoint.ts'
export { checkLevel } from './lib/compaction/check-level.ts'
export type { LevelProblem, LevelProblemKind } from './lib/compaction/check-level.ts'
export type { CompactionOutcome } from './lib/compaction/run-compaction.ts'
export type { CaptureActivity } from './lib/database/capture-record.ts'
export type {
  CheckpointCounts,
  CheckpointMode,
  DatabaseCounts,
  Level0Counts,
} from './lib/database/database-counts.ts'
export { readConfirmed } from './lib/database/confirmed-record.ts'
export { Database } from './lib/database/database.ts'
export type { DatabaseStatus, SyncOutcome } from './lib/database/database-status.ts'
export type { SyncReport } from './lib/database/follower-port.ts'
export { metaPathOf } from './lib/database/meta-path.ts'
export { isReplicatorError, ReplicatorError } from './lib/errors.ts'
export type { ReplicatorErrorCode } from './lib/errors.ts'
export type { DatabaseState, ReplicatorEvent, ReplicatorListener } from './lib/events.ts'
export { readPageChecksums } from './lib/page-table/read-page-checksums.ts'
export type { PageChecksums, PageChecksumsResult } from './lib/page-table/read-page-checksums.ts'
export { DATABASE_DEFAULTS, STORE_DEFAULTS } from './lib/settings.ts'
export type { DatabaseSettings, StoreSettings } from './lib/settings.ts'
export type {
  SqliteConnection,
  SqliteDriver,
  SqliteOpenOptions,
  SqliteRow,
} from './lib/sqlite/sqlite-driver.ts'
export { Store } from './lib/store/store.ts'
export type { DatabaseConfig, StoreComponents } from './lib/store/store.ts'
