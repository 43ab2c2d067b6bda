/** Kinds of single values. Durations are read into milliseconds, byte sizes into bytes. */
export type ScalarKind = 'string' | 'boolean' | 'integer' | 'duration' | 'byte-size' | 'file-mode'
export type ScalarValue = string | number | boolean

/** A value of one kind, without a place of its own: an item of a list. */
export interface ScalarShape {
  readonly kind: ScalarKind
  /** What counts when the key is absent. */
  readonly initial?: ScalarValue
  /** Its value is never shown. */
  readonly secret?: boolean
  /** Read and checked, but nothing acts on it: giving it another value than the initial one is worth a warning. */
  readonly unused?: boolean
  /** The only values there are; others are refused where the value is used. */
  readonly oneOf?: readonly string[]
}

/** What a key is for, in a sentence or two of Markdown: the reference and editors show it. */
interface Described {
  readonly about: string
}

export interface ScalarKey extends ScalarShape, Described {}

export interface ListKey extends Described {
  readonly kind: 'list'
  readonly item: ScalarShape | SectionShape
  readonly unused?: boolean
  /** Kept for old files only. */
  readonly deprecated?: boolean
}

export interface SectionShape {
  readonly kind: 'section'
  readonly keys: Keys
}

export interface SectionKey extends SectionShape, Described {}

export type Key = ScalarKey | ListKey | SectionKey
export type Keys = Readonly<Record<string, Key>>
