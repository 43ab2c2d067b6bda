import { translating, type CallOptions } from '@ltx/client-core'
import { temporaryName, type Logger } from '@ltx/env'
import { Claims, isTaken } from './claims.ts'
import type { Connection } from './connect.ts'
import { diagnose, WebdavResponseError, WebdavTransferError } from './errors.ts'
import { PROBE_NAME } from './leftovers.ts'
import { failureIn } from './multistatus.ts'

export interface Publication extends CallOptions {
  /** For messages. */
  readonly what: string
  readonly temporary: string
  readonly name: string
}

/** What a server was seen to do. */
interface Proof {
  /** MOVE with `Overwrite: F` is refused when the name is taken. */
  readonly refuses: boolean
  /** MKCOL succeeds for one alone. */
  readonly claims: boolean
}

/**
 * Gives finished files their names: create-only. MOVE with `Overwrite: F` is refused when the name is taken, but servers look first and
 * rename then (two at once: with Apache both succeed one time in four). So whoever wants to name a file makes a collection
 * `NAME.claim` beside it first, which succeeds for one alone, and takes it away afterwards. Both are tried out before the first
 * file is named.
 */
export class Publisher {
  readonly #connection: Connection
  readonly #logger: Logger
  readonly #claims: Claims
  #proof: Proof | null = null
  #probing: Promise<Proof> | null = null

  constructor(connection: Connection) {
    this.#connection = connection
    this.#logger = connection.settings.env.logger
    this.#claims = new Claims(connection)
  }

  /** Until the server was seen to do otherwise. */
  get createOnly(): boolean {
    return this.#proof === null || (this.#proof.refuses && this.#proof.claims)
  }

  async publish(publication: Publication): Promise<'stored' | 'taken'> {
    const { what, temporary, signal } = publication
    const collection = temporary.slice(0, temporary.lastIndexOf('/'))
    const proof = this.#proof ?? (await this.#prove(what, collection, signal))
    if (!proof.refuses || !proof.claims) {
      if (await isTaken(this.#connection, publication)) return 'taken'
    }
    if (!proof.claims) return await this.#move(publication)
    if (!(await this.#claims.take(publication))) return 'taken'
    try {
      return await this.#move(publication)
    } finally {
      const released = this.#claims.release(publication)
      if (signal?.aborted !== true) await released // after an abort nobody waits
    }
  }

  /** For a file that does not get its name. Never throws. */
  async discard(publication: Publication): Promise<void> {
    const discarded = this.#claims.discard(publication)
    if (publication.signal?.aborted !== true) await discarded // after an abort nobody waits
  }

  async #move({ what, temporary, name, signal }: Publication): Promise<'stored' | 'taken'> {
    const answer = await this.#connection.exchange({
      kind: 'PUT',
      what,
      method: 'MOVE',
      path: temporary,
      headers: { destination: this.#connection.urlOf(name).href, overwrite: 'F' },
      accept: [404, 412],
      signal,
    })
    if (answer.status === 412) return 'taken'
    await translating(what, diagnose, signal, async () => {
      if (answer.status === 404) throw new WebdavTransferError('what was sent is not there any more')
      const failure = answer.status === 207 ? await failureIn(answer.text) : null
      if (failure !== null) throw new WebdavResponseError(failure, 'MOVE', '')
    })
    return 'stored'
  }

  /** Once for all who wait: none of their signals ends it. */
  async #prove(what: string, collection: string, signal: AbortSignal | undefined): Promise<Proof> {
    const probing = (this.#probing ??= this.#probe(what, collection))
    try {
      this.#proof = await unlessAborted(probing, signal)
      return this.#proof
    } finally {
      if (this.#probing === probing && signal?.aborted !== true) this.#probing = null
    }
  }

  /** Tries it out in a collection of its own, with names that nobody knows. */
  async #probe(what: string, collection: string): Promise<Proof> {
    const { env } = this.#connection.settings
    const place = `${collection}/${temporaryName(env, PROBE_NAME)}`
    const mkcol = { kind: 'PUT', what, method: 'MKCOL', path: `${place}/` } as const
    const refusals = [403, 405, 409, 412, 501]
    const first = await this.#connection.exchange({ ...mkcol, accept: refusals })
    if (first.status >= 300) return this.#warned({ refuses: true, claims: false })
    const body = Buffer.from('tried out')
    const put = (name: string): Promise<unknown> =>
      this.#connection.exchange({ kind: 'PUT', what, method: 'PUT', path: `${place}/${name}`, body })
    try {
      const [second] = await Promise.all([
        this.#connection.exchange({ ...mkcol, accept: refusals }),
        put('a'),
        put('b'),
      ])
      const moved = await this.#move({ what, temporary: `${place}/a`, name: `${place}/b` })
      return this.#warned({ refuses: moved === 'taken', claims: second.status >= 300 })
    } finally {
      await this.#remove(what, `${place}/`)
    }
  }

  #warned(proof: Proof): Proof {
    if (!proof.refuses || !proof.claims) {
      const fields = { request: proof.refuses ? 'MKCOL' : 'MOVE with Overwrite: F' }
      this.#logger.log(
        'warn',
        'the server lets two writers have the same name: a second writer is noticed less surely',
        fields,
      )
    }
    return proof
  }

  async #remove(what: string, path: string): Promise<void> {
    await this.#connection.tidyUp({ kind: 'DELETE', what, method: 'DELETE', path })
  }
}

/** Does not wait after the signal has fired. */
async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  promise.catch(() => undefined) // perhaps nobody waits any more
  if (signal === undefined) return await promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
