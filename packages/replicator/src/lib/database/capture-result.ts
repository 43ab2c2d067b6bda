import type { Captured, CaptureResult } from './capture-loop.ts'
import type { SyncReport } from './follower-port.ts'

/** So much WAL in one capture is load. */
const MUCH_WAL_BYTES = 4 * 1024 * 1024

/** What the loop is told of a capture. */
export function capturedBy(report: SyncReport | null): Captured {
  return { result: captureResultOf(report), lookedAtMs: report?.lookedAtMs ?? null }
}

/**
 * What one capture means for the next. `null`: the database sleeps, and looks unchanged. Frames that were written but not published when
 * others were read get one more look, which waits for them: their own event came before, and publication makes none. While a checkpoint
 * of the application is at work it is looked after until it is over: our pin may be in its way. After much there is another look anyway.
 */
export function captureResultOf(
  report: Pick<SyncReport, 'kind' | 'files' | 'unpublished' | 'backfilling'> | null,
): CaptureResult {
  if (report === null) return 'found-nothing'
  if (report.kind === 'busy' || report.kind === 'replaced' || report.backfilling) return 'busy'
  if (report.files.length === 0) return 'found-nothing'
  const walBytes = report.files.reduce((sum, file) => sum + file.walBytes, 0)
  if (walBytes >= MUCH_WAL_BYTES) return 'found-much'
  return report.unpublished ? 'busy' : 'found-changes'
}
