/** The fields of a JSON object from a daemon. Absent ones are empty, as Go reads them; numbers that may be large come as bigint. */
export class AnswerFields {
  readonly #values: Readonly<Record<string, unknown>>

  private constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  /** @throws {SyntaxError} no JSON; {@link TypeError} no object */
  static parse(text: string): AnswerFields {
    const value: unknown = JSON.parse(text, wideIntegers as (key: string, value: unknown) => unknown)
    return AnswerFields.#of(value)
  }

  /** @throws {TypeError} something else than a text */
  text(name: string): string {
    const value = this.#values[name] ?? ''
    if (typeof value !== 'string') throw new TypeError(`${name} is no string`)
    return value
  }

  /** @throws {TypeError} something else than a whole number of 0 or more */
  integer(name: string): bigint {
    const value = this.#values[name] ?? 0n
    if (typeof value !== 'bigint' || value < 0n) throw new TypeError(`${name} is no whole number`)
    return value
  }

  /** @throws {TypeError} something else than a list of objects */
  list(name: string): AnswerFields[] {
    const value = this.#values[name] ?? []
    if (!Array.isArray(value)) throw new TypeError(`${name} is no list`)
    return value.map((item) => AnswerFields.#of(item))
  }

  static #of(value: unknown): AnswerFields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new TypeError('the answer is no JSON object')
    }
    return new AnswerFields(Object.fromEntries(Object.entries(value)))
  }
}

/** Whole numbers become bigint: a transaction id may be beyond what a double holds. */
function wideIntegers(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source = '' } = context
  return typeof value === 'number' && /^-?\d+$/.test(source) ? BigInt(source) : value
}
