export type { Abilities } from './lib/abilities.ts'
export { abortable } from './lib/abortable.ts'
export { collectFiles } from './lib/collect-files.ts'
export { compareStored } from './lib/compare-stored.ts'
export type { Stored } from './lib/compare-stored.ts'
export { ClientError, isClientError, toClientError, translating, translatingEach } from './lib/errors.ts'
export type { Advice, ClientErrorCode, ClientErrorOptions, Diagnose, Diagnosis } from './lib/errors.ts'
export { gatherChunks } from './lib/gather-chunks.ts'
export { expectOrder, listInOrder, SORTED_FILES_MAX } from './lib/list-in-order.ts'
export type { LegacyFiles, LegacyObject } from './lib/legacy-files.ts'
export { listPages } from './lib/list-pages.ts'
export type { ListPage } from './lib/list-pages.ts'
export { nearestWord } from './lib/nearest-word.ts'
export { observed, observedEach } from './lib/observe-requests.ts'
export type { RequestBytes, RequestKind, RequestObserver, RequestReport } from './lib/observe-requests.ts'
export { peekHeader } from './lib/peek-header.ts'
export type { PeekedFile } from './lib/peek-header.ts'
export type {
  ByteSource,
  CallOptions,
  FileInfo,
  FileKey,
  ListOptions,
  ReadOptions,
  ReplicaClient,
  WriteOptions,
} from './lib/replica-client.ts'
export {
  checkLevel,
  compareFiles,
  describeFile,
  formatReplicaPath,
  LEVEL_MAX,
  levelDirectory,
  parseReplicaPath,
  SNAPSHOT_LEVEL,
} from './lib/replica-paths.ts'
export type { ReplicaLayout } from './lib/replica-paths.ts'
export { refuseUnknown, refuseUnknownKeys } from './lib/replica-settings.ts'
export type { ReplicaSettings, SettingValue } from './lib/replica-settings.ts'
export { READ_RETRIES, resumeRead } from './lib/resume-read.ts'
export type { ResumeReadOptions } from './lib/resume-read.ts'
export { retryBudget } from './lib/retry-budget.ts'
export type { RetryBudget, RetryEnv, RetrySettings } from './lib/retry-budget.ts'
export { retryDelayMs } from './lib/retry-delay.ts'
export { retryLog } from './lib/retry-log.ts'
export type { RetryLog } from './lib/retry-log.ts'
export { equalBytes, sameBytes } from './lib/same-bytes.ts'
export { shownName } from './lib/shown-name.ts'
export { formatTimestamp, parseTimestamp } from './lib/timestamp-text.ts'
export { withLimit } from './lib/with-limit.ts'
export type { LimitSettings } from './lib/with-limit.ts'
export { CALL_RETRIES, withRetry } from './lib/with-retry.ts'
