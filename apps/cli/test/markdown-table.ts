/** A table with columns of equal width, as the formatter leaves it. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)))
  const widths = header.map((name, at) =>
    Math.max(name.length, 3, ...escaped.map((row) => (row[at] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...escaped.map(line)].join('\n')
}
