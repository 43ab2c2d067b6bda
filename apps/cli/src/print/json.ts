const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** A value as JSON with two spaces of indent and a line end, byte for byte as Go's encoder writes it. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2).replaceAll(/[<>&\u2028\u2029]/g, (c) => ESCAPED[c] ?? c)
  return `${text}\n`
}
