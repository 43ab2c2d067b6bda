import { goQuote } from '../text/go-quote.ts'
import { FlagValueError, type Flag, type Flags, type FlagValues } from './flag.ts'

export type ParsedFlags<Names extends Flags> =
  | { readonly kind: 'flags'; readonly values: FlagValues<Names>; readonly positionals: readonly string[] }
  /** `-h`, `-help` or one of their spellings was met before anything wrong. */
  | { readonly kind: 'help' }
  | { readonly kind: 'bad'; readonly because: string }

/**
 * Reads the words after a verb, as Go's flag package does: one or two dashes, `-name value` or `-name=value`, switches with `=` only;
 * flags end at the first word that is none, at `--` (dropped) or at `-` (kept). The last of several counts.
 */
export function parseFlags<Names extends Flags>(flags: Names, words: readonly string[]): ParsedFlags<Names> {
  const values: Record<string, unknown> = {}
  for (const [name, flag] of Object.entries(flags)) values[name] = flag.initial
  let at = 0
  for (; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-') || word === '-') break
    if (word === '--') {
      at++
      break
    }
    const step = readFlag(flags, word, words[at + 1])
    if (step.kind !== 'value') return step
    values[step.name] = step.value
    if (step.tookNext) at++
  }
  return { kind: 'flags', values: values as FlagValues<Names>, positionals: words.slice(at) }
}

type Step =
  | { readonly kind: 'value'; readonly name: string; readonly value: unknown; readonly tookNext: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'bad'; readonly because: string }

function readFlag(flags: Flags, word: string, next: string | undefined): Step {
  const body = word.slice(word.startsWith('--') ? 2 : 1)
  if (body === '' || body.startsWith('-') || body.startsWith('=')) return bad(`bad flag syntax: ${word}`)
  const equals = body.indexOf('=')
  const name = equals < 0 ? body : body.slice(0, equals)
  const inline = equals < 0 ? undefined : body.slice(equals + 1)
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (flag === undefined) {
    return name === 'h' || name === 'help' ? { kind: 'help' } : bad(`flag provided but not defined: -${name}`)
  }
  if (flag.isSwitch) return readValue(name, flag, inline ?? 'true', false)
  const text = inline ?? next
  if (text === undefined) return bad(`flag needs an argument: -${name}`)
  return readValue(name, flag, text, inline === undefined)
}

function readValue(name: string, flag: Flag<unknown>, text: string, tookNext: boolean): Step {
  try {
    return { kind: 'value', name, value: flag.parse(text), tookNext }
  } catch (error) {
    if (!(error instanceof FlagValueError)) throw error
    const what = flag.isSwitch ? `boolean value ${goQuote(text)} for` : `value ${goQuote(text)} for flag`
    return bad(`invalid ${what} -${name}: ${error.message}`)
  }
}

function bad(because: string): Step {
  return { kind: 'bad', because }
}
