import { compareRows } from './compare.ts'
import { formatComparison } from './comparison-text.ts'
import { formatRatios } from './ratio-table.ts'
import type { BenchResults } from './results-file.ts'
import { formatTable } from './table.ts'

/**
 * Everything that was measured, then what is asked and whether it is so; at the end what changed since `earlier`, if given.
 *
 * @throws {RangeError} when `earlier` was of other sizes
 */
export function formatReport(written: BenchResults, earlier: BenchResults | null): string {
  const { effort, ltx, peer, machine, results } = written
  const rows = results.flatMap((result) => result.rows)
  const loads = results.map(({ load }) => load).filter((load) => load > 0)
  const highest = Math.max(...loads, machine.load[0] ?? 0).toFixed(1)
  const parts = [
    formatTable(rows),
    formatRatios(rows),
    `ours: ${ltx}. ratio: ours / ${peer ?? 'Litestream'}. Load up to ${highest} on ${machine.cores} cores.`,
  ]
  if (effort !== 'full') parts.push(`Sizes are those of --${effort}; what is asked is asked of full ones.`)
  const troubles = results.flatMap(({ name, skipped, error }) => {
    if (skipped !== undefined) return [`left out: ${name} (${skipped})`]
    return error === undefined ? [] : [`FAILED: ${name}: ${error.split('\n', 1)[0]}`]
  })
  if (troubles.length > 0) parts.push(troubles.join('\n'))
  if (earlier !== null) {
    if (earlier.effort !== effort) throw new RangeError(`compared with a run of ${earlier.effort} sizes`)
    const comparison = compareRows(
      earlier.results.flatMap((result) => result.rows),
      rows,
    )
    parts.push(
      `since ${earlier.takenAt}, ${earlier.machine.commit.slice(0, 8)}:\n${formatComparison(comparison)}`,
    )
  }
  return parts.join('\n\n')
}
