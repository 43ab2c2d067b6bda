import { verbHelpText } from '../flags/help-text.ts'
import type { Command } from './command.ts'
import { CommandError } from './errors.ts'

export interface Subcommand {
  readonly summary: string
  readonly command: Command
}

export interface SubcommandsSpec {
  /** A sentence that stands before the table. */
  readonly about: string
  /** Command lines that work, after the verb. */
  readonly examples: readonly string[]
  readonly subcommands: Readonly<Record<string, Subcommand>>
}

const HELP_WORDS = new Set(['-h', '-help', '--help', 'help'])

/** A verb whose first argument is a verb of its own, with flags of its own behind it. */
export function defineSubcommands({ about, examples, subcommands }: SubcommandsSpec): Command {
  const names = Object.keys(subcommands)
  const width = Math.max(...names.map((name) => name.length)) + 2
  const table = Object.entries(subcommands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`)
  const forms = names.map((name) => `${name} [flags]`)
  return {
    takes: { forms, flags: {}, words: names, subcommands },
    async run({ verb, summary }, [name, ...rest], io) {
      if (name === undefined || name.startsWith('-') || name === 'help') {
        const whole = `${about}\n\n${table.join('\n')}\n\n'${io.programName} ${verb} ${names[0]} -h' explains one of them.`
        io.stdout.write(
          verbHelpText(io.programName, { verb, summary, forms, about: whole, flags: {}, examples }),
        )
        return name !== undefined && HELP_WORDS.has(name) ? 0 : 1
      }
      const chosen = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
      if (chosen === undefined) {
        const hint = `${io.programName} ${verb} ${names[0]}`
        throw new CommandError(`${io.programName} ${verb} ${name}: unknown command`, { hint })
      }
      return await chosen.command.run({ verb: `${verb} ${name}`, summary: chosen.summary }, rest, io)
    },
  }
}
