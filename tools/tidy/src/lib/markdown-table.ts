/** The rows of the tables whose first heading is `first`, by their headings. */
export function tableRows(markdown: string, first: string): ReadonlyMap<string, string>[] {
  const rows: ReadonlyMap<string, string>[] = []
  let headings: readonly string[] | null = null
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      headings = null
      continue
    }
    const cells = cellsOf(line)
    if (cells[0] === first) headings = cells
    else if (headings !== null && !/^:?-+:?$/.test(cells[0] ?? '')) {
      rows.push(new Map(headings.map((heading, at) => [heading, cells[at] ?? ''])))
    }
  }
  return rows
}

/** Splits a line at each bar that no backslash stands before. */
function cellsOf(line: string): string[] {
  return line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}
