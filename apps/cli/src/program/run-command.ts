import { CommandError, describeError } from './errors.ts'
import type { CommandIo } from './io.ts'
import { VERBS } from './verbs.ts'

const HELP_WORDS = new Set(['help', '-h', '-help', '--help'])

/**
 * Runs one command line, without the program's own name, and returns the exit code: 0 for done, 1 for any failure, and for an
 * interrupted restore what a shell reports for the signal.
 */
export async function runCommand(words: readonly string[], io: CommandIo): Promise<number> {
  const [first, subject] = words
  const isAboutVerb = first === 'help' && subject !== undefined && !subject.startsWith('-')
  const [name, ...rest] = isAboutVerb ? [subject, '-help'] : words
  if (name === undefined || name.startsWith('-') || name === 'help') {
    io.stdout.write(topLevelHelp(io.programName))
    return name !== undefined && HELP_WORDS.has(name) ? 0 : 1
  }
  try {
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
    if (verb === undefined) throw new CommandError(`${io.programName} ${name}: unknown command`)
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
