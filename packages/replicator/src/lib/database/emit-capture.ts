import type { UploadFailure } from '../replica/upload-loop.ts'
import type { DatabaseParts } from './database-parts.ts'
import type { SyncReport } from './follower-port.ts'

type EventParts = Pick<DatabaseParts, 'path' | 'emit'>

/** Tells what one capture did, as events: the files, then why they are so many, then what became of the WAL. */
export function emitCapture({ path, emit }: EventParts, report: SyncReport, elapsedMs: number): void {
  if (report.files.length > 0) emit({ kind: 'sync', path, report, elapsedMs })
  if (report.resync !== null) {
    const bytes = report.files.reduce((sum, file) => sum + file.bytes, 0)
    emit({ kind: 'resync', path, because: report.resync.because, full: report.resync.full, bytes })
  }
  if (report.kind === 'replaced') emit({ kind: 'replaced', path })
  if (report.checkpoint.kind !== 'none' && report.checkpoint.kind !== 'replaced') {
    emit({ kind: 'checkpoint', path, checkpoint: report.checkpoint })
  }
}

export function emitUploadFailure({ path, emit }: EventParts, failure: UploadFailure): void {
  const error = failure.error instanceof Error ? failure.error : new Error(String(failure.error))
  const { delayMs, log } = failure
  emit({ kind: 'error', path, during: 'upload', error, retryInMs: delayMs, log })
}
