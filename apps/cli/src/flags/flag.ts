import { parseDuration } from '../text/duration.ts'
import { parseInteger } from './parse-integer.ts'

/** One flag of a verb. `parse` throws {@link FlagValueError} when the text is no value for it. */
export interface Flag<Value> {
  /** A switch takes a value only after `=`; without one it means `true`. */
  readonly isSwitch: boolean
  readonly initial: Value
  /** What the value is called in the help; empty for a switch. `PATH` is a file of this machine. */
  readonly placeholder: string
  /** The values there are, where they are few and known. For completion: `parse` decides. */
  readonly choices?: readonly string[]
  readonly help: string
  parse(text: string): Value
}

/** Flags by name, without dashes. */
export type Flags = Readonly<Record<string, Flag<unknown>>>
export type FlagValues<Names extends Flags> = {
  readonly [Name in keyof Names]: Names[Name] extends Flag<infer Value> ? Value : never
}

/** The value of a flag cannot be read. The message is the reason alone, without the flag and the value. */
export class FlagValueError extends Error {
  override readonly name = 'FlagValueError'
}

export function textFlag(placeholder: string, help: string, initial = ''): Flag<string> {
  return { isSwitch: false, initial, placeholder, help, parse: (text) => text }
}

/** The same flag, with the values that completion offers for it. */
export function withChoices<Value>(flag: Flag<Value>, choices: readonly string[]): Flag<Value> {
  return { ...flag, choices }
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

export function switchFlag(help: string): Flag<boolean> {
  return {
    isSwitch: true,
    initial: false,
    placeholder: '',
    help,
    parse(text) {
      if (TRUE.has(text)) return true
      if (FALSE.has(text)) return false
      throw new FlagValueError('parse error')
    },
  }
}

export function integerFlag(placeholder: string, help: string, initial: number): Flag<number> {
  return {
    isSwitch: false,
    initial,
    placeholder,
    help,
    parse(text) {
      const result = parseInteger(text)
      if (result.kind === 'bad') throw new FlagValueError(result.because)
      return result.value
    },
  }
}

/** A duration, in milliseconds. */
export function durationFlag(placeholder: string, help: string, initialMs: number): Flag<number> {
  return {
    isSwitch: false,
    initial: initialMs,
    placeholder,
    help,
    parse(text) {
      const milliseconds = parseDuration(text)
      if (milliseconds === null) throw new FlagValueError('parse error')
      return milliseconds
    },
  }
}

/** A flag whose text is read by `parse`, which throws {@link FlagValueError}. */
export function parsedFlag<Value>(
  placeholder: string,
  help: string,
  initial: Value,
  parse: (text: string) => Value,
): Flag<Value> {
  return { isSwitch: false, initial, placeholder, help, parse }
}
