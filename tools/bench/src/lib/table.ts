import { formatColumns, formatNumber } from './columns.ts'
import type { Row } from './measure.ts'
import { ratioTo } from './verdict.ts'

const HEAD = ['what', 'ours', 'spread', 'Litestream', 'ratio', 'beside'] as const

/** Everything that was measured, a note of each row under it. */
export function formatTable(rows: readonly Row[]): string {
  return formatColumns(
    HEAD,
    rows.map((row) => ({ cells: cellsOf(row), note: row.note })),
  )
}

function cellsOf(row: Row): string[] {
  const { samples } = row.ours
  const spread =
    samples.length > 1 ? `${formatNumber(Math.min(...samples))} … ${formatNumber(Math.max(...samples))}` : ''
  const peerRatio = ratioTo(row, 'peer')
  const besideRatio = ratioTo(row, 'beside')
  const beside =
    row.beside === undefined || besideRatio === null
      ? ''
      : `${formatNumber(besideRatio)} of ${row.beside.name}`
  return [
    row.what,
    `${formatNumber(row.ours.value)} ${row.unit}`,
    spread,
    row.peer === undefined ? '' : `${formatNumber(row.peer.value)} ${row.unit}`,
    peerRatio === null ? '' : formatNumber(peerRatio),
    beside,
  ]
}
