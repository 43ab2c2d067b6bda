import { formatTxid } from '@ltx/format'
import { tableText } from '../print/table.ts'
import { formatSeconds } from '../text/rfc3339.ts'
import type { VerifyReport } from './verify-job.ts'

/** What was verified, for people to read. */
export interface VerifySubject {
  /** The replica's URL, without secrets. */
  readonly replica: string
  /** `null` where the replica was named by URL. */
  readonly databasePath: string | null
}

/** A table of the checks and a line that sums them up. */
export function reportText(report: VerifyReport, { replica }: VerifySubject): string {
  const made = report.findings.filter(({ result }) => result !== 'skipped')
  const rows = made.map(({ check, result, found, durationMs }) => [
    check,
    result,
    `${Math.round(durationMs)} ms`,
    found,
  ])
  const skipped = Map.groupBy(
    report.findings.filter(({ result }) => result === 'skipped'),
    ({ found }) => found,
  )
  const left = [...skipped].map(
    ([because, findings]) => `not checked: ${findings.map(({ check }) => check).join(', ')}: ${because}\n`,
  )
  return `${tableText(['check', 'result', 'took', 'found'], rows)}${left.join('')}${summaryOf(report, replica)}\n`
}

function summaryOf({ proven, txid, timestampMs }: VerifyReport, replica: string): string {
  if (!proven || timestampMs === null) return `${replica} is NOT proven: see what failed above`
  const state = txid === null ? '' : `transaction ${formatTxid(txid)} of `
  return `${replica} can be restored: ${state}${formatSeconds(timestampMs)}, proven`
}

/** The same for JSON. */
export interface ReportFields {
  readonly db_path: string | null
  readonly replica: string
  readonly proven: boolean
  /** Empty: nothing was restored, or a replica of Litestream 0.3. */
  readonly txid: string
  readonly replicated_at: string | null
  readonly size: number
  readonly duration_ms: number
  readonly checks: readonly {
    readonly check: string
    readonly result: string
    readonly found: string
    readonly duration_ms: number
  }[]
}

export function reportFields(
  report: VerifyReport,
  { replica, databasePath }: VerifySubject,
  durationMs: number,
): ReportFields {
  const { proven, txid, timestampMs, bytes, findings } = report
  return {
    db_path: databasePath,
    replica,
    proven,
    txid: txid === null ? '' : formatTxid(txid),
    replicated_at: timestampMs === null ? null : formatSeconds(timestampMs),
    size: bytes,
    duration_ms: Math.round(durationMs),
    checks: findings.map((finding) => ({
      check: finding.check,
      result: finding.result,
      found: finding.found,
      duration_ms: Math.round(finding.durationMs),
    })),
  }
}
