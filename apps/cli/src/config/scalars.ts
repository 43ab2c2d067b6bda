import { parseInteger } from '../flags/parse-integer.ts'
import { parseByteSize } from '../text/byte-size.ts'
import { parseDuration, nsToMs } from '../text/duration.ts'
import type { ScalarKind, ScalarValue } from './schema.ts'

/** A scalar as it stands in the file. */
export interface SourceScalar {
  /** The text, without quotes and with escapes undone. */
  readonly text: string
  /** No quotes, no block style, no `!!str`: it may be a number, a switch or nothing. */
  readonly plain: boolean
}

export type ScalarResult =
  | { readonly kind: 'value'; readonly value: ScalarValue }
  /** Nothing was given (`key:`, `key: ~`, `key: null`). */
  | { readonly kind: 'null' }
  | { readonly kind: 'bad'; readonly allowed: string }

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])

const ALLOWED: Readonly<Record<ScalarKind, string>> = {
  string: 'a text',
  boolean: 'true or false, without quotes',
  integer: 'a whole number, without quotes',
  duration: 'a duration such as 500ms, 10s or 1h30m',
  'byte-size': 'a size such as 10MB or 5MiB',
  'file-mode': 'permission bits such as 0600, without quotes',
}

/**
 * Reads a scalar of YAML 1.1 the way Go's yaml.v2 does for a field of this kind.
 *
 * @see spec-cli §2.3
 */
export function readScalar(kind: ScalarKind, { text, plain }: SourceScalar): ScalarResult {
  if (plain && NULLS.has(text)) return { kind: 'null' }
  const value = READERS[kind](text, plain)
  return value === null ? { kind: 'bad', allowed: ALLOWED[kind] } : { kind: 'value', value }
}

const READERS: Readonly<Record<ScalarKind, (text: string, plain: boolean) => ScalarValue | null>> = {
  string: (text) => text,
  boolean: (text, plain) => (plain ? readBoolean(text) : null),
  integer: (text, plain) => (plain ? readInteger(text) : null),
  duration: readDuration,
  'byte-size': (text) => parseByteSize(text),
  'file-mode'(text, plain) {
    const mode = plain ? readInteger(text) : null
    return mode === null || mode < 0 || mode > 0xffff_ffff ? null : mode
  },
}

function readBoolean(text: string): boolean | null {
  const sameCase = text === text.toLowerCase() || text === text.toUpperCase() || /^[A-Z][a-z]*$/.test(text)
  if (!sameCase) return null
  if (/^(?:y|yes|true|on)$/i.test(text)) return true
  return /^(?:n|no|false|off)$/i.test(text) ? false : null
}

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

/** Underscores are dropped wherever they stand; a number with a fraction loses it. */
function readInteger(text: string): number | null {
  if (!/^[-+.\d]/.test(text)) return null
  const digits = text.replaceAll('_', '')
  const whole = parseInteger(digits)
  if (whole.kind === 'integer') return whole.value
  if (whole.because === 'value out of range' || !FLOAT.test(digits)) return null
  const value = Math.trunc(Number(digits))
  return Number.isSafeInteger(value) ? value : null
}

/** A bare number is nanoseconds, as in Go: only `0` makes sense, and it must work. */
function readDuration(text: string, plain: boolean): number | null {
  const nanoseconds = plain ? readInteger(text) : null
  return nanoseconds === null ? parseDuration(text) : nsToMs(BigInt(nanoseconds))
}
