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
  /** Read and checked, but nothing acts on it, as its `about` says with “No effect”: another value than the initial one is worth a warning. */
  readonly unused?: boolean
  /** The only values there are; others are refused where the value is used. */
  readonly oneOf?: readonly string[]
  /** With `oneOf`: in capitals, too. */
  readonly anyCase?: boolean
  /** The least number there is; checked where the value is used. */
  readonly minimum?: number
}

export const STORAGE_TYPES = ['file', 's3', 'gs', 'abs', 'sftp', 'webdav', 'nats', 'oss'] as const
export type StorageType = (typeof STORAGE_TYPES)[number]

/** What a key is for; the reference, editors and messages show it. */
interface Described {
  /** A sentence or two of Markdown. */
  readonly about: string
  /** What counts when it is absent, in words, where that is no one value; by storage where it depends on that. */
  readonly otherwise?: string | Readonly<Partial<Record<StorageType, string>>>
  /** Kept for old files only, and warned of with its `about`. */
  readonly deprecated?: boolean
  /** Litestream does not know it. */
  readonly ours?: boolean
  /** Of a replica's key: the storages for which it counts; absent: all. */
  readonly storages?: readonly StorageType[]
}

export interface ScalarKey extends ScalarShape, Described {}

export interface ListKey extends Described {
  readonly kind: 'list'
  readonly item: ScalarShape | SectionShape
  readonly unused?: boolean
}

export interface SectionShape {
  readonly kind: 'section'
  readonly keys: Keys
}

export interface SectionKey extends SectionShape, Described {}

export type Key = ScalarKey | ListKey | SectionKey
export type Keys = Readonly<Record<string, Key>>
