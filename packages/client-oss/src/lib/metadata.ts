import { formatTimestamp, parseTimestamp } from '@ltx/client-core'
import type { OssAnswer } from './connect.ts'

/** Litestream's name for the header's time. */
const TIMESTAMP = 'x-oss-meta-litestream-timestamp'

/** Ours for that of the earliest source of a compaction. */
const EARLIEST = 'x-oss-meta-ltx-earliest-timestamp'

/** Headers of a new object, which the service keeps beside it. */
export function fileMetadata(timestampMs: number, earliestAtMs: number | undefined): Record<string, string> {
  const metadata = { [TIMESTAMP]: formatTimestamp(timestampMs) }
  return earliestAtMs === undefined ? metadata : { ...metadata, [EARLIEST]: formatTimestamp(earliestAtMs) }
}

export interface FileTimes {
  /** `null`: not there, or not readable. */
  readonly createdAtMs: number | null
  readonly earliestAtMs: number | undefined
}

export function timesOf(headers: OssAnswer['headers']): FileTimes {
  return {
    createdAtMs: parseTimestamp(headers[TIMESTAMP] ?? ''),
    earliestAtMs: parseTimestamp(headers[EARLIEST] ?? '') ?? undefined,
  }
}
