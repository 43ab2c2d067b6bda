import { describeFile, SNAPSHOT_LEVEL, type FileInfo } from '@ltx/client-core'
import { formatTxid, type Txid } from '@ltx/format'
import type { CompactionOutcome } from '../compaction/run-compaction.ts'
import type { UploadFailure } from '../replica/upload-loop.ts'
import type { DatabaseParts } from './database-parts.ts'
import type { SyncReport } from './follower-port.ts'

type EventParts = Pick<DatabaseParts, 'path' | 'emit' | 'tally'>

/** Counts what one capture did, and tells it as events: the files, then why they are so many, then what became of the WAL. */
export function emitCapture({ path, emit, tally }: EventParts, report: SyncReport, elapsedMs: number): void {
  tally.captured(report, elapsedMs)
  if (report.files.length > 0) emit({ kind: 'sync', path, report, elapsedMs })
  if (report.resync !== null) {
    const bytes = report.files.reduce((sum, file) => sum + file.bytes, 0)
    emit({ kind: 'resync', path, ...report.resync, bytes })
  }
  if (report.kind === 'replaced') emit({ kind: 'replaced', path })
  if ('result' in report.checkpoint) {
    emit({ kind: 'checkpoint', path, checkpoint: report.checkpoint })
  }
}

/** Also says what `verifyCompaction` has found. */
export function emitCompaction({ path, emit, tally }: EventParts, outcome: CompactionOutcome): void {
  if (outcome.kind !== 'compacted') return
  const { file, inputs, problems } = outcome
  const { level } = file
  emit({ kind: 'compaction', path, level, file, inputs: inputs.length })
  const [first] = problems
  if (first === undefined) return
  tally.brokenLevels++
  const place = `${describeFile(first.file)}, after ${formatTxid(first.previousMaxTXID)}`
  const error = new Error(
    `level ${level} does not hold together: ${first.kind} at ${place}; ${problems.length} in all`,
  )
  emit({ kind: 'error', path, during: 'compaction', error, retryInMs: null, log: true })
}

/** A pass that found nothing to delete is no news. */
export function emitRetention(
  { path, emit }: EventParts,
  { deleted, localDeleted }: { readonly deleted: readonly FileInfo[]; readonly localDeleted: number },
): void {
  if (deleted.length > 0 || localDeleted > 0) emit({ kind: 'retention', path, deleted, localDeleted })
}

/** The first image is a snapshot as well, whoever asked for none. */
export function emitUpload(
  { path, emit }: EventParts,
  files: readonly FileInfo[],
  confirmed: Txid | null,
): void {
  emit({ kind: 'upload', path, files, confirmed })
  const image = files.find(({ level }) => level === SNAPSHOT_LEVEL)
  if (image !== undefined) emit({ kind: 'snapshot', path, file: image, existed: false })
}

/** @returns the failure as an error */
export function emitUploadFailure({ path, emit }: EventParts, failure: UploadFailure): Error {
  const error = failure.error instanceof Error ? failure.error : new Error(String(failure.error))
  const { delayMs, log } = failure
  emit({ kind: 'error', path, during: 'upload', error, retryInMs: delayMs, log })
  return error
}
