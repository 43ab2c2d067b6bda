import { formatTimestamp, parseTimestamp } from '@ltx/client-core'

/** Litestream's name for the header's time. */
const TIMESTAMP = 'litestream-timestamp'

/** Ours for that of the earliest source of a compaction. */
const EARLIEST = 'ltx-earliest-timestamp'

/** What is kept beside a file, as `x-amz-meta-…`. */
export function fileMetadata(timestampMs: number, earliestAtMs: number | undefined): Record<string, string> {
  const metadata = { [TIMESTAMP]: formatTimestamp(timestampMs) }
  return earliestAtMs === undefined ? metadata : { ...metadata, [EARLIEST]: formatTimestamp(earliestAtMs) }
}

export interface FileTimes {
  /** `null`: not there, or not readable. */
  readonly createdAtMs: number | null
  readonly earliestAtMs: number | undefined
}

/** Reads it again; names come back in lower case. */
export function timesOf(metadata: Readonly<Record<string, string>> | undefined): FileTimes {
  return {
    createdAtMs: parseTimestamp(metadata?.[TIMESTAMP] ?? ''),
    earliestAtMs: parseTimestamp(metadata?.[EARLIEST] ?? '') ?? undefined,
  }
}
