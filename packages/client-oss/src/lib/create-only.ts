import type { Logger } from '@ltx/env'
import { refusalOf } from './errors.ts'

/** What makes the service refuse a name that is taken; in a bucket with versions it does not count. */
export const FORBID_OVERWRITE: Readonly<Record<string, string>> = { 'x-oss-forbid-overwrite': 'true' }

/** What is known of the bucket: whether it refuses to write a name that is taken. `unknown` until it was seen. */
export class CreateOnly {
  readonly #logger: Logger
  #proof: 'unknown' | 'proven' | 'disproven' = 'unknown'

  constructor(logger: Logger) {
    this.#logger = logger
  }

  get proof(): 'unknown' | 'proven' | 'disproven' {
    return this.#proof
  }

  learn(proof: 'proven' | 'disproven'): void {
    if (this.#proof === proof) return
    this.#proof = proof
    if (proof === 'proven') return
    this.#logger.log(
      'warn',
      'the bucket replaces objects although it is asked not to, as buckets with versioning do: a second writer is noticed less surely',
    )
  }
}

/** Whether a write failed because its name is taken. */
export function isTaken(error: unknown): boolean {
  return refusalOf(error)?.code === 'FileAlreadyExists'
}
