import type { Level0Counts } from '../database/database-counts.ts'
import type { RetentionFacts } from './plan-retention.ts'

/**
 * What a retention pass thinks of the stored level 0 files, `eligible` of which go. All zero while there is no level 1; `null` where
 * level 0 is kept for ever.
 *
 * @see litestream `litestream_l0_retention_files_total`
 */
export function countLevel0(facts: RetentionFacts, eligible: number): Level0Counts | null {
  if (facts.l0RetentionMs === 0) return null
  const [level0 = [], level1 = []] = facts.levels
  if (level1.length === 0) return { eligible: 0, notCompacted: 0, tooRecent: 0 }
  const windowStartMs = facts.nowMs - facts.l0RetentionMs
  const inWindow = level0.findIndex(({ createdAtMs }) => createdAtMs >= windowStartMs)
  const old = inWindow === -1 ? level0.length : inWindow
  return { eligible, notCompacted: old - eligible, tooRecent: level0.length - old }
}
