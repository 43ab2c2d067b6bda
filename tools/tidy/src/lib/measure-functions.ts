import { lineAt } from './repository.ts'

/** A function with a body, measured from its head to its closing brace. */
export interface MeasuredFunction {
  readonly line: number
  readonly lines: number
  /** The text of the line on which it starts. */
  readonly head: string
}

const NOT_FUNCTIONS = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await'])

/**
 * Finds function bodies in stripped code: `name(…): Type {` that is no statement, and `=> {`. Says nothing about
 * arrow functions without braces.
 */
export function measureFunctions(code: string): MeasuredFunction[] {
  const closing = matchBrackets(code)
  const found: MeasuredFunction[] = []
  for (const [open, close] of closing) {
    const char = code.charAt(open)
    let body: number | null = null
    if (char === '(' && !NOT_FUNCTIONS.has(wordBefore(code, open))) body = bodyAfter(code, close, closing)
    if (char === '{' && /=>\s*$/.test(code.slice(Math.max(0, open - 40), open))) body = open
    if (body === null) continue
    const end = closing.get(body)
    if (end === undefined) continue
    const line = lineAt(code, open)
    const head = code.split('\n', line)[line - 1] ?? ''
    found.push({ line, lines: lineAt(code, end) - line + 1, head })
  }
  return found
}

/** Opening bracket → closing bracket, in order of the closing ones. Unbalanced ones are left out. */
function matchBrackets(code: string): Map<number, number> {
  const pairs = new Map<number, number>()
  const open: number[] = []
  for (let i = 0; i < code.length; i++) {
    const char = code.charAt(i)
    if (char === '(' || char === '{' || char === '[') open.push(i)
    else if (char === ')' || char === '}' || char === ']') {
      const start = open.pop()
      if (start !== undefined) pairs.set(start, i)
    }
  }
  return pairs
}

function wordBefore(code: string, at: number): string {
  return /(\w+)\s*$/.exec(code.slice(Math.max(0, at - 40), at))?.[1] ?? ''
}

/** The brace that opens a body after the parameters that end at `close`, past a return type, if any. */
function bodyAfter(code: string, close: number, closing: ReadonlyMap<number, number>): number | null {
  let at = skipBlanks(code, close + 1)
  if (code[at] === '{') return at
  if (code[at] !== ':') return null
  for (at = skipBlanks(code, at + 1); at < code.length; at = skipBlanks(code, at)) {
    const char = code.charAt(at)
    if (char === '{' && !expectsType(code, at)) return at
    if (char === '{' || char === '(' || char === '[') {
      const end = closing.get(at)
      if (end === undefined) return null
      at = end + 1
    } else if (/[\w\s.<>|&,=?$]/.test(char)) {
      if (char === '\n' && !/[<|&,(=]\s*$/.test(code.slice(Math.max(0, at - 40), at))) return null
      at++
    } else {
      return null
    }
  }
  return null
}

/** Whether a `{` here opens an object type and not a body. */
function expectsType(code: string, at: number): boolean {
  return /(?:[:|&<,([]|=>)\s*$/.test(code.slice(Math.max(0, at - 40), at))
}

/** Blanks on one line only: a line break ends a return type. */
function skipBlanks(code: string, at: number): number {
  let next = at
  while (code[next] === ' ') next++
  return next
}
