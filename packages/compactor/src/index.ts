export { CompactorError, isCompactorError, type CompactorErrorCode } from './lib/errors.ts'
export { mergeFiles, type MergeOptions, type MergeProgress, type MergeResult } from './lib/merge-files.ts'
export type { MergeSource } from './lib/merge-source.ts'
export type { HeaderOverrides } from './lib/merged-header.ts'
