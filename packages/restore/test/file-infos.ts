import type { FileInfo } from '@ltx/client-core'
import { toTxid } from '@ltx/format'

/** A listed file. Dated at `max × 10` ms when no time is given. */
export function fileInfo(level: number, min: number, max: number, createdAtMs: number = max * 10): FileInfo {
  return { level, minTXID: toTxid(BigInt(min)), maxTXID: toTxid(BigInt(max)), size: 1000, createdAtMs }
}

/** Files by level, as a listing gives them. */
export function listingOf(files: readonly FileInfo[]): Map<number, FileInfo[]> {
  const listing = new Map<number, FileInfo[]>()
  for (let level = 0; level <= 9; level++) {
    listing.set(
      level,
      files
        .filter((file) => file.level === level)
        .toSorted((a, b) => Number(a.minTXID - b.minTXID) || Number(a.maxTXID - b.maxTXID)),
    )
  }
  return listing
}
