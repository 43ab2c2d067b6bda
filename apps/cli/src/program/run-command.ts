import { CommandError, describeError } from './errors.ts'
import type { CommandIo } from './io.ts'
import { VERBS } from './verbs.ts'

const HELP_WORDS = new Set(['help', '-h', '-help', '--help'])
/** What other programs take for it; with Litestream these print the help. */
const VERSION_WORDS = new Set(['-version', '--version'])

/**
 * Runs one command line, without the program's own name, and returns the exit code: 0 for done, 1 for any failure, and for an
 * interrupted restore what a shell reports for the signal.
 */
export async function runCommand(words: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = spelledOut(words)
  if (name === undefined || name.startsWith('-') || name === 'help') {
    io.stdout.write(topLevelHelp(io.programName))
    return name !== undefined && HELP_WORDS.has(name) ? 0 : 1
  }
  try {
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
    if (verb === undefined) throw await unknownVerb(name, io.programName)
    if (verb.deprecatedFor !== undefined) {
      const { programName } = io
      io.stderr.write(
        `'${programName} ${name}' is an old name; please use '${programName} ${verb.deprecatedFor}'\n`,
      )
    }
    const command = await verb.load()
    const title = { verb: verb.deprecatedFor ?? name, summary: verb.summary }
    return await command.run(title, rest, withCredentials(io))
  } catch (error) {
    io.stderr.write(`Error: ${describeError(error)}\n`)
    if (error instanceof CommandError && error.hint !== undefined) io.stderr.write(`Try: ${error.hint}\n`)
    return 1
  }
}

/** `help VERB` and `--version` as they are usually written here. */
function spelledOut(words: readonly string[]): readonly string[] {
  const [first = '', second = ''] = words
  if (first === 'help' && second !== '' && !second.startsWith('-')) return [second, '-help']
  return VERSION_WORDS.has(first) ? ['version', ...words.slice(1)] : words
}

/** Verbs of Litestream 0.3 that are gone, and what is like them. */
const FORMER_VERBS: Readonly<Record<string, string>> = { generations: 'ltx', snapshots: 'ltx' }

async function unknownVerb(name: string, programName: string): Promise<CommandError> {
  const { nearestWord } = await import('@ltx/client-core')
  const shown = Object.keys(VERBS).filter((each) => VERBS[each]?.deprecatedFor === undefined)
  const former = Object.hasOwn(FORMER_VERBS, name) ? FORMER_VERBS[name] : undefined
  const near = former ?? nearestWord(name, [...shown, 'help'])
  const hint = `${programName} ${near ?? 'help'}`
  return new CommandError(`${programName} ${name}: unknown command`, { hint })
}

function topLevelHelp(programName: string): string {
  const shown = Object.entries(VERBS).filter(([, verb]) => verb.deprecatedFor === undefined)
  const width = Math.max(...shown.map(([name]) => name.length)) + 2
  return [
    `${programName}: disaster recovery for SQLite. Keeps a copy of a live database elsewhere, and brings it back.`,
    '',
    'Usage:',
    `  ${programName} <verb> [flags] [arguments]`,
    '',
    'Verbs:',
    ...shown.map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    '',
    `'${programName} help <verb>' explains one verb.`,
    '',
  ].join('\n')
}

/** Litestream's own names for the S3 keys stand in for Amazon's where those are not set at all. */
function withCredentials(io: CommandIo): CommandIo {
  const environment = { ...io.environment }
  for (const name of ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY']) {
    const own = environment[`LITESTREAM_${name}`]
    if (own !== undefined && environment[`AWS_${name}`] === undefined) environment[`AWS_${name}`] = own
  }
  return { ...io, environment }
}
