import type { Flags, FlagValues } from '../flags/flag.ts'
import { verbHelpText, type VerbHelp } from '../flags/help-text.ts'
import { parseFlags } from '../flags/parse-flags.ts'
import { CommandError } from './errors.ts'
import type { CommandIo } from './io.ts'

/** What a verb needs of the command line. */
export interface CommandCall<Names extends Flags> {
  readonly flags: FlagValues<Names>
  readonly positionals: readonly string[]
  readonly io: CommandIo
}

export interface CommandSpec<Names extends Flags> {
  readonly forms: readonly string[]
  readonly about: string
  readonly flags: Names
  readonly durations?: readonly string[]
  readonly examples?: readonly string[]
  /** What its first argument may be, where that is one of a few words. */
  readonly words?: readonly string[]
  /** Returns the exit code. Throws {@link CommandError} for what the user can mend. */
  run(call: CommandCall<Names>): Promise<number>
}

/** What a verb takes; for completion. */
export interface Taken extends Pick<CommandSpec<Flags>, 'forms' | 'flags' | 'words'> {
  /** Of each of the words that is a verb of its own. */
  readonly subcommands?: Readonly<Record<string, { readonly summary: string; readonly command: Command }>>
}

/** One verb, ready to run. */
export interface Command {
  readonly takes: Taken
  run(title: Pick<VerbHelp, 'verb' | 'summary'>, words: readonly string[], io: CommandIo): Promise<number>
}

const HELP_WORDS = new Set(['-h', '-help', '--help'])

/** Puts flags, help and action together. A bad flag prints its reason on stderr and the help on stdout. */
export function defineCommand<Names extends Flags>(spec: CommandSpec<Names>): Command {
  return {
    takes: spec,
    async run(title, words, io) {
      const parsed = parseFlags(spec.flags, words)
      if (parsed.kind === 'flags') {
        return await spec.run({ flags: parsed.values, positionals: parsed.positionals, io })
      }
      const help = verbHelpText(io.programName, { ...title, ...spec })
      if (parsed.kind === 'help') {
        io.stdout.write(help)
        return words.some((word) => HELP_WORDS.has(word)) ? 0 : 1
      }
      io.stderr.write(`${parsed.because}\n`)
      io.stdout.write(help)
      throw new CommandError(parsed.because)
    },
  }
}

/** Refuses words that a verb has no use for. */
export function atMost(positionals: readonly string[], count: number): void {
  if (positionals.length > count) throw new CommandError('too many arguments')
}
