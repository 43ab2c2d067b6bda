import type { Bound } from './bound.ts'
import { formatColumns, formatNumber } from './columns.ts'
import type { Row } from './measure.ts'
import { ratioTo, verdictOf } from './verdict.ts'

const HEAD = ['what', 'ours', 'Litestream', 'ratio', 'must', 'aim', ''] as const
const SIGN = { 'at most': '≤', 'at least': '≥' } as const

/** The rows of which something is asked: where we are, and where we should be. */
export function formatRatios(rows: readonly Row[]): string {
  const asked = rows.filter((row) => verdictOf(row) !== null)
  return formatColumns(
    HEAD,
    asked.map((row) => ({ cells: cellsOf(row) })),
  )
}

function cellsOf(row: Row): string[] {
  const ratio = ratioTo(row, 'peer')
  return [
    row.what,
    `${formatNumber(row.ours.value)} ${row.unit}`,
    row.peer === undefined ? '' : `${formatNumber(row.peer.value)} ${row.unit}`,
    ratio === null ? '' : formatNumber(ratio),
    boundText(row, row.must),
    boundText(row, row.aim),
    verdictOf(row) ?? '',
  ]
}

/** `≤ 0.2` is a ratio to Litestream; what a limit of something else is a limit of, it says. */
function boundText(row: Row, bound: Bound | undefined): string {
  if (bound === undefined) return ''
  const of = { peer: '', ours: ` ${row.unit}`, beside: ` of ${row.beside?.name ?? 'beside'}` }[bound.of]
  return `${SIGN[bound.is]} ${bound.limit}${of}`
}
