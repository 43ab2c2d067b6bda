const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

/** Everything a terminal shows as itself: letters, marks, numbers, punctuation, symbols, and the plain space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** Can this one character be shown as it is? ASCII is decided without the table of all characters, which takes 2 ms to make. */
export function isPrintable(character: string): boolean {
  return (character >= ' ' && character <= '~') || PRINTABLE.test(character)
}

/** A text in double quotes with escapes, the way Go's `%q` and its text log write it. Control characters never reach the terminal. */
export function goQuote(text: string): string {
  let quoted = '"'
  for (const character of text) {
    const named = NAMED[character]
    if (named !== undefined) quoted += named
    else if (isPrintable(character)) quoted += character
    else quoted += escaped(character.codePointAt(0) ?? 0)
  }
  return `${quoted}"`
}

function escaped(code: number): string {
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code < 0x1_0000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
