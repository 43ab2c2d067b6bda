import { CommandError } from '../program/errors.ts'

export interface SplitCommand {
  readonly words: readonly string[]
  /** What stands behind an unquoted `;`, `&`, `|`, `<` or `>`, that character included; it is not part of the command. */
  readonly ignored: string
}

type Quote = "'" | '"' | '`' | '$(' | ''

const CLOSED_BY: Readonly<Record<Exclude<Quote, ''>, string>> = { "'": "'", '"': '"', '`': '`', '$(': ')' }

/**
 * Splits a command line into words, without a shell: blanks separate; `'…'` is literal; `"…"` groups; a backslash outside single quotes
 * makes the next character literal; variables, backquotes and `$(…)` stay as they are. At an unquoted `;` `&` `|` `<` `>` the command
 * ends.
 *
 * @throws {CommandError} an open quote, a bracket alone, or no word at all
 * @see spec-cli §1.4.1
 */
export function splitCommand(line: string): SplitCommand {
  const words: string[] = []
  let word: string | null = null
  let quote: Quote = ''
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at)
    if (character === '\\' && quote !== "'") {
      if (++at === line.length) throw cannotParse('a backslash at the end')
      word = (word ?? '') + line.charAt(at)
    } else if (quote !== '') {
      const closes = character === CLOSED_BY[quote]
      const isKept = !closes || quote === '`' || quote === '$('
      word = (word ?? '') + (isKept ? character : '')
      if (closes) quote = ''
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else if (/[;&|<>]/.test(character)) {
      // A number right before > is a file descriptor, not a word.
      if (character === '>' && word !== null && /^\d/.test(word)) word = null
      return finished(words, word, line.slice(at))
    } else {
      quote = opened(character, word)
      word = (word ?? '') + (quote === "'" || quote === '"' ? '' : character)
    }
  }
  if (quote !== '') throw cannotParse(`${quote} is not closed`)
  return finished(words, word, '')
}

function opened(character: string, word: string | null): Quote {
  if (character === "'" || character === '"' || character === '`') return character
  if (character === '(' && word?.endsWith('$') === true) return '$('
  if (character === '(' || character === ')') throw cannotParse(`${character} stands alone`)
  return ''
}

function finished(words: readonly string[], word: string | null, ignored: string): SplitCommand {
  const all = word === null ? words : [...words, word]
  if ((all[0] ?? '') === '') throw new CommandError('the exec command is empty')
  return { words: all, ignored }
}

function cannotParse(problem: string): CommandError {
  return new CommandError(`cannot parse exec command: ${problem}`)
}
