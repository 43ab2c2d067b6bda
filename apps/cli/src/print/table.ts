/** Rows under a header, each column as wide as its widest cell and two spaces; the last one is not padded. */
export function tableText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)) + 2)
  const text = lines.map((line) =>
    line
      .map((cell, column) => (column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join(''),
  )
  return `${text.join('\n')}\n`
}
