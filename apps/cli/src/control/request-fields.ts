import { ControlError } from './control-error.ts'

/**
 * The fields of a JSON request, as Go reads them into a structure: names in any case, unknown ones ignored, an absent or null one is empty.
 */
export class RequestFields {
  readonly #values = new Map<string, unknown>()

  /** @throws {ControlError} 400: no JSON object */
  constructor(body: string) {
    if (body.trim() === '') throw bad('EOF')
    let value: unknown
    try {
      value = JSON.parse(body)
    } catch (error) {
      throw bad(error instanceof Error ? error.message : String(error))
    }
    if (value === null) return
    if (typeof value !== 'object' || Array.isArray(value)) throw bad('expected an object')
    for (const [name, field] of Object.entries(value)) {
      if (field !== null) this.#values.set(name.toLowerCase(), field)
    }
  }

  /** @throws {ControlError} 400: something else than a text */
  text(name: string): string {
    const value = this.#values.get(name) ?? ''
    if (typeof value !== 'string') throw bad(`${name}: expected a string, found ${kindOf(value)}`)
    return value
  }

  /** @throws {ControlError} 400: something else than true or false */
  isOn(name: string): boolean {
    const value = this.#values.get(name) ?? false
    if (typeof value !== 'boolean') throw bad(`${name}: expected a boolean, found ${kindOf(value)}`)
    return value
  }

  /** 0 when absent. @throws {ControlError} 400: something else than a whole number */
  integer(name: string): number {
    const value = this.#values.get(name) ?? 0
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw bad(`${name}: expected an integer, found ${kindOf(value)}`)
    }
    return value
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}

function bad(details: string): ControlError {
  return new ControlError(400, 'invalid request body', { details })
}
