export type { BlockingFileHandle, BlockingFiles } from './lib/blocking-files.ts'
export type { Clock, SleepOptions } from './lib/clock.ts'
export type { Env } from './lib/env.ts'
export type {
  FileHandle,
  Files,
  FileStat,
  OpenMode,
  OpenOptions,
  WatchEvent,
  WriteOptions,
} from './lib/files.ts'
export type { LogFields, Logger, LogLevel } from './lib/logger.ts'
export { pageAlignedBytes } from './lib/page-aligned-bytes.ts'
export type { Random } from './lib/random.ts'
export type { Publish } from './lib/publish-file.ts'
export { stageFile } from './lib/stage-file.ts'
export type { CommitOptions, StagedFile, StageOptions } from './lib/stage-file.ts'
export { stageFileBlocking } from './lib/stage-file-blocking.ts'
export type { BlockingStagedFile } from './lib/stage-file-blocking.ts'
export { ofGoneProcess, olderThan, sweepTemporaries } from './lib/sweep-temporaries.ts'
export type { SweepOptions, TemporaryFile } from './lib/sweep-temporaries.ts'
export { systemErrorCode } from './lib/system-error.ts'
export { isTemporaryName, parseTemporaryName, temporaryName } from './lib/temporary-name.ts'
export type { TemporaryName } from './lib/temporary-name.ts'
