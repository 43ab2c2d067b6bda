const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** Not in TypeScript's library yet. */
const { rawJSON } = JSON as typeof JSON & { rawJSON: (this: void, text: string) => unknown }

/** A value as JSON with two spaces of indent and a line end, byte for byte as Go's encoder writes it. A bigint is a number there. */
export function jsonText(value: unknown): string {
  return encoded(value, 2)
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return encoded(value, 0)
}

function encoded(value: unknown, indent: number): string {
  const text = JSON.stringify(value, bigintsAsNumbers, indent)
  return `${text.replaceAll(/[<>&\u2028\u2029]/g, (c) => ESCAPED[c] ?? c)}\n`
}

function bigintsAsNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value
}
