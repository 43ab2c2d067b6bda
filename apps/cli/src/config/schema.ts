/** Kinds of single values. Durations are read into milliseconds, byte sizes into bytes. */
export type ScalarKind = 'string' | 'boolean' | 'integer' | 'duration' | 'byte-size' | 'file-mode'
export type ScalarValue = string | number | boolean

export interface ScalarKey {
  readonly kind: ScalarKind
  /** What counts when the key is absent. */
  readonly initial?: ScalarValue
  /** Its value is never shown. */
  readonly secret?: boolean
  /** Read and checked, but nothing acts on it yet: giving it another value than the initial one is worth a warning. */
  readonly unused?: boolean
}

export interface ListKey {
  readonly kind: 'list'
  readonly item: Key
  readonly unused?: boolean
}

export interface SectionKey {
  readonly kind: 'section'
  readonly keys: Keys
}

export type Key = ScalarKey | ListKey | SectionKey
export type Keys = Readonly<Record<string, Key>>
