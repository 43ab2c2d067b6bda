const NAME = /[\w]/

export interface ExpandSource {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly processId: number
}

/**
 * Replaces `$NAME` and `${NAME}` in a configuration text, comments included; a variable that is not set becomes nothing, `PID` this
 * process's id. There is no escape: a text with a dollar sign needs `-no-expand-env`.
 *
 * @see Go's os.Expand; spec-cli §2.2
 */
export function expandEnv(text: string, { environment, processId }: ExpandSource): string {
  const valueOf = (name: string): string => (name === 'PID' ? String(processId) : (environment[name] ?? ''))
  let expanded = ''
  let at = 0
  for (
    let dollar = text.indexOf('$');
    dollar >= 0 && dollar < text.length - 1;
    dollar = text.indexOf('$', at)
  ) {
    const { name, end } = readName(text, dollar + 1)
    expanded += text.slice(at, dollar)
    if (name === null) expanded += end === dollar + 1 ? '$' : ''
    else expanded += valueOf(name)
    at = end
  }
  return expanded + text.slice(at)
}

/** The name that starts at `start`, behind a dollar sign, and where the text goes on; no name: a dollar sign of its own, or bad syntax. */
function readName(text: string, start: number): { readonly name: string | null; readonly end: number } {
  const first = text.charAt(start)
  if (first === '{') return readBraced(text, start + 1)
  if (/[*#$@!?\-0-9]/.test(first)) return { name: first, end: start + 1 }
  let end = start
  while (end < text.length && NAME.test(text.charAt(end))) end++
  return { name: end === start ? null : text.slice(start, end), end }
}

/** `${}` is dropped whole, an unclosed `${` without what follows it. */
function readBraced(text: string, start: number): { readonly name: string | null; readonly end: number } {
  const close = text.indexOf('}', start)
  if (close < 0) return { name: null, end: start }
  return { name: close === start ? null : text.slice(start, close), end: close + 1 }
}
