import type { Flag } from '../flags/flag.ts'
import type { Command } from '../program/command.ts'

/** One flag as a shell needs to know it. */
export interface CompletedFlag {
  readonly name: string
  /** On one line. */
  readonly summary: string
  /** What comes after it; the values themselves where they are known. */
  readonly takes: 'nothing' | 'path' | 'text' | readonly string[]
}

/** One verb as a shell needs to know it. */
export interface CompletedVerb {
  /** Two words for a verb below another one, which stands before it: `config check`. */
  readonly name: string
  readonly summary: string
  readonly flags: readonly CompletedFlag[]
  /** What comes after the flags; the words themselves where they are known. */
  readonly takes: CompletedFlag['takes']
}

/** Is it one that comes right after the program's name? */
export function isTopLevel({ name }: CompletedVerb): boolean {
  return !name.includes(' ')
}

/** What completion knows of a verb and of those below it: all of it is read from the definition that also runs it and writes its help. */
export function completedVerbs(name: string, summary: string, { takes }: Command): CompletedVerb[] {
  const { forms, flags, words, subcommands = {} } = takes
  const own: CompletedVerb = {
    name,
    summary,
    flags: Object.entries(flags).map(([flagName, flag]) => completedFlag(flagName, flag)),
    takes: words ?? (forms.some((form) => form.includes('DB_PATH')) ? 'path' : 'nothing'),
  }
  const below = Object.entries(subcommands).flatMap(([word, { summary: about, command }]) =>
    completedVerbs(`${name} ${word}`, about, command),
  )
  return [own, ...below]
}

function completedFlag(name: string, flag: Flag<unknown>): CompletedFlag {
  const takes = flag.isSwitch ? 'nothing' : (flag.choices ?? (flag.placeholder === 'PATH' ? 'path' : 'text'))
  return { name, summary: flag.help.replaceAll('\n', ' '), takes }
}
