import { isClientError } from '@ltx/client-core'
import type { Logger } from '@ltx/env'
import { failedAnswer } from './errors.ts'

/** Whether the server refuses a create when the name is taken. `unknown` until it was seen. */
export type Proof = 'unknown' | 'proven' | 'disproven'

/** What an attempt with the condition says about the server. */
export type Verdict = 'refused' | 'conflict' | 'unsupported' | 'other'

/**
 * What is known of `If-None-Match: *`, for single writes and for the end of an upload in parts: there are servers that honour the one
 * and ignore the other.
 */
export class CreateOnly {
  #put: Proof = 'unknown'
  #complete: Proof = 'unknown'
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  get put(): Proof {
    return this.#put
  }

  get complete(): Proof {
    return this.#complete
  }

  /** Until the server was seen to ignore it. */
  get holds(): boolean {
    return this.#put !== 'disproven' && this.#complete !== 'disproven'
  }

  learn(which: 'put' | 'complete', proof: 'proven' | 'disproven'): void {
    const before = which === 'put' ? this.#put : this.#complete
    if (before === proof) return
    if (which === 'put') this.#put = proof
    else this.#complete = proof
    if (proof === 'disproven') {
      this.#logger.log(
        'warn',
        'the storage does not honour If-None-Match: a second writer is noticed less surely',
        {
          request: which === 'put' ? 'PutObject' : 'CompleteMultipartUpload',
        },
      )
    }
  }
}

/** Reads the failure of a request that carried the condition. */
export function verdictOf(error: unknown): Verdict {
  if (!isClientError(error)) return 'other'
  const { status, code } = failedAnswer(error)
  if (status === 412 || code === 'PreconditionFailed') return 'refused'
  if (status === 409 && (code === 'ConditionalRequestConflict' || code === 'OperationAborted'))
    return 'conflict'
  if (status === 501 || code === 'NotImplemented') return 'unsupported'
  if (status === 400 && /InvalidArgument|InvalidRequest|NotSupported|UnsupportedHeader/.test(code)) {
    return /if-none-match|precondition|conditional/i.test(failedAnswer(error).message)
      ? 'unsupported'
      : 'other'
  }
  return 'other'
}
