/** Text in columns, the first one to the left. A note stands under its line. */
export function formatColumns(
  head: readonly string[],
  lines: readonly { readonly cells: readonly string[]; readonly note?: string | undefined }[],
): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map(({ cells }) => (cells[column] ?? '').length)),
  )
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const text = [format(head), widths.map((width) => '-'.repeat(width)).join('  ')]
  for (const { cells, note } of lines) {
    text.push(format(cells))
    if (note !== undefined) text.push(`    ${note}`)
  }
  return text.join('\n')
}

/** Three digits that count, and no more. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0)
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3)
}
