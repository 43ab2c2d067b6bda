import type { Key, Keys, ScalarKind, ScalarValue } from './schema.ts'

/** A value as it was given, with the line it stands in. */
export type GivenValue = { readonly line: number } & (
  | { readonly kind: 'scalar'; readonly value: ScalarValue }
  | { readonly kind: 'section'; readonly values: Map<string, GivenValue> }
  | { readonly kind: 'list'; readonly items: readonly GivenValue[] }
)

/** One section of the file: what was given, and the table's defaults behind it. */
export class Section {
  /** The first line of the section. */
  readonly line: number
  readonly #keys: Keys
  readonly #given: ReadonlyMap<string, GivenValue>

  constructor(keys: Keys, given: ReadonlyMap<string, GivenValue>, line: number) {
    this.#keys = keys
    this.#given = given
    this.line = line
  }

  isGiven(name: string): boolean {
    return this.#given.has(name)
  }

  /** The line of a key, or of the section where the key is absent. */
  lineOf(name: string): number {
    return this.#given.get(name)?.line ?? this.line
  }

  text(name: string): string {
    return this.#scalar(name, 'string') as string
  }

  isOn(name: string): boolean {
    return this.#scalar(name, 'boolean') as boolean
  }

  integer(name: string): number {
    return this.#scalar(name, 'integer') as number
  }

  /** Milliseconds. */
  duration(name: string): number {
    return this.#scalar(name, 'duration') as number
  }

  /** The value of any single-valued key, where there is one. */
  value(name: string): ScalarValue | undefined {
    const key = keyOf(this.#keys, name)
    const given = this.#given.get(name)
    if (given?.kind === 'scalar') return given.value
    return key.kind === 'section' || key.kind === 'list' ? undefined : key.initial
  }

  /** What was given for a key of one value or of a list of them; `undefined` where nothing was, and for sections. */
  given(name: string): ScalarValue | readonly string[] | undefined {
    keyOf(this.#keys, name)
    const given = this.#given.get(name)
    if (given?.kind === 'scalar') return given.value
    if (given?.kind !== 'list') return undefined
    return given.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : []))
  }

  /** A section inside this one; absent ones are empty. */
  section(name: string): Section {
    const key = keyOf(this.#keys, name)
    if (key.kind !== 'section') throw new TypeError(`${name} is no section`)
    const given = this.#given.get(name)
    return given?.kind === 'section'
      ? new Section(key.keys, given.values, given.line)
      : new Section(key.keys, new Map(), this.line)
  }

  /** The sections of a list; `null` when the list is absent. */
  sections(name: string): Section[] | null {
    const key = keyOf(this.#keys, name)
    const keys = key.kind === 'list' && key.item.kind === 'section' ? key.item.keys : null
    if (keys === null) throw new TypeError(`${name} is no list of sections`)
    const given = this.#given.get(name)
    if (given?.kind !== 'list') return null
    return given.items.map(
      (item) => new Section(keys, item.kind === 'section' ? item.values : new Map(), item.line),
    )
  }

  /** How many items a list has. */
  count(name: string): number {
    const given = this.#given.get(name)
    return given?.kind === 'list' ? given.items.length : 0
  }

  #scalar(name: string, kind: ScalarKind): ScalarValue {
    const key = keyOf(this.#keys, name)
    const value = this.value(name)
    if (key.kind !== kind || value === undefined) throw new TypeError(`${name} is no ${kind} with a value`)
    return value
  }
}

function keyOf(keys: Keys, name: string): Key {
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined
  if (key === undefined) throw new TypeError(`the table has no key ${name}`)
  return key
}
