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
  readonly name: string
  readonly summary: string
  readonly flags: readonly CompletedFlag[]
  /** What comes after the flags; the words themselves where they are known. */
  readonly takes: CompletedFlag['takes']
}

/** What completion knows of a verb: all of it is read from the definition that also runs it and writes its help. */
export function completedVerb(name: string, summary: string, { takes }: Command): CompletedVerb {
  const { forms, flags, words } = takes
  return {
    name,
    summary,
    flags: Object.entries(flags).map(([flagName, flag]) => completedFlag(flagName, flag)),
    takes: words ?? (forms.some((form) => form.includes('DB_PATH')) ? 'path' : 'nothing'),
  }
}

function completedFlag(name: string, flag: Flag<unknown>): CompletedFlag {
  const takes = flag.isSwitch ? 'nothing' : (flag.choices ?? (flag.placeholder === 'PATH' ? 'path' : 'text'))
  return { name, summary: flag.help.replaceAll('\n', ' '), takes }
}
