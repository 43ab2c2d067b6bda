import type { Row } from './measure.ts'
import { meetsFloor, ratioTo } from './verdict.ts'

const HEAD = ['what', 'ours', 'spread', 'Litestream', 'ratio', 'beside', 'asked', ''] as const

/** The rows as text in columns, a note of each under it. */
export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map(cellsOf)
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...lines.map((cells) => (cells[column] ?? '').length)),
  )
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const text = [
    format(HEAD),
    widths
      .map((width) => '-'.repeat(width))
      .join('  ')
      .trimEnd(),
  ]
  for (const [index, row] of rows.entries()) {
    text.push(format(lines[index] ?? []))
    if (row.note !== undefined) text.push(`    ${row.note}`)
  }
  return text.join('\n')
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
    row.floor === undefined ? '' : `${row.floor.is === 'at least' ? '≥' : '≤'} ${row.floor.limit}`,
    { true: 'ok', false: 'MISSED', null: '' }[`${meetsFloor(row)}`],
  ]
}

/** Three digits that count, and no more. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0)
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3)
}
