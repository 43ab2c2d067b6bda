import { formatColumns, formatNumber } from './columns.ts'
import type { Change, Comparison } from './compare.ts'

const HEAD = ['what', 'before', 'now', 'times', 'noise to', ''] as const
const BY = { ratio: ' of Litestream', beside: ' of what ran beside', figure: '' } as const

/** What got slower, what got faster, and that nothing did. */
export function formatComparison({ changes, missing }: Comparison): string {
  const changed = changes.filter(({ kind }) => kind !== 'same')
  const same = changes.length - changed.length
  const slower = changed.filter(({ kind }) => kind === 'slower').length
  const lines = [
    ...(changed.length === 0
      ? []
      : [
          formatColumns(
            HEAD,
            changed.map((change) => ({ cells: cellsOf(change) })),
          ),
          '',
        ]),
    `${slower} slower, ${changed.length - slower} faster, ${same} the same within noise`,
  ]
  if (missing.length > 0) lines.push(`not measured this time: ${missing.join('; ')}`)
  return lines.join('\n')
}

function cellsOf({ what, kind, by, before, after, factor, noise }: Change): string[] {
  return [
    `${what}${BY[by]}`,
    formatNumber(before),
    formatNumber(after),
    formatNumber(factor),
    formatNumber(1 + noise),
    kind === 'slower' ? 'SLOWER' : kind,
  ]
}
