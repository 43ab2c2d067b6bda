import { formatDuration } from '../text/duration.ts'
import type { Flag, Flags } from './flag.ts'

/** What the help of one verb says. */
export interface VerbHelp {
  readonly verb: string
  /** One line for the table of verbs. */
  readonly summary: string
  /** Command lines after the program's name and the verb. */
  readonly forms: readonly string[]
  /** A paragraph or two. */
  readonly about: string
  readonly flags: Flags
  /** Flags whose initial value is a duration in milliseconds. */
  readonly durations?: readonly string[]
  /** Command lines that work, after the program's name and the verb. */
  readonly examples?: readonly string[]
}

const FLAG_COLUMN = 28

/** The help of one verb, with a line end after its last line. */
export function verbHelpText(programName: string, help: VerbHelp): string {
  const lines = [`${programName} ${help.verb}: ${help.summary}`, '', 'Usage:']
  for (const form of help.forms) lines.push(`  ${programName} ${help.verb} ${form}`.trimEnd())
  lines.push('', help.about)
  const entries = Object.entries(help.flags)
  if (entries.length > 0) lines.push('', 'Flags:')
  for (const [name, flag] of entries)
    lines.push(...flagLines(name, flag, help.durations?.includes(name) === true))
  const { examples = [] } = help
  if (examples.length > 0) lines.push('', examples.length === 1 ? 'Example:' : 'Examples:')
  for (const example of examples) lines.push(`  ${programName} ${help.verb} ${example}`.trimEnd())
  return `${lines.join('\n')}\n`
}

function flagLines(name: string, flag: Flag<unknown>, isDuration: boolean): string[] {
  const left = `  -${name}${flag.placeholder === '' ? '' : ` ${flag.placeholder}`}`
  const text = flag.help + initialNote(flag, isDuration)
  const [first = '', ...rest] = text.split('\n')
  const indent = ' '.repeat(FLAG_COLUMN)
  const head = left.length + 2 > FLAG_COLUMN ? [left, indent + first] : [left.padEnd(FLAG_COLUMN) + first]
  return [...head, ...rest.map((line) => indent + line)]
}

function initialNote(flag: Flag<unknown>, isDuration: boolean): string {
  if (typeof flag.initial === 'number') {
    return ` (default ${isDuration ? formatDuration(flag.initial) : flag.initial})`
  }
  return typeof flag.initial === 'string' && flag.initial !== '' ? ` (default ${flag.initial})` : ''
}
