/** Whether a path fits a pattern in which `*` stands for any characters, slashes too. */
export function matchesPattern(path: string, pattern: string): boolean {
  const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${pieces.join('.*')}$`).test(path)
}
