import { ClientError, levelDirectory, toClientError, type CallOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { diagnose, WebdavResponseError } from './errors.ts'
import { asCollection, entriesIn, entryAt } from './find-entries.ts'

/** Whether this client has made it, or it was there. */
export type Origin = 'made' | 'there'

/** The collections above the files: made when they are needed, remembered, and taken away again when they are empty. */
export class Collections {
  readonly #connection: Connection
  readonly #known: Map<string, Origin> = new Map()
  /** By this client, those above before those below. */
  readonly #made: Set<string> = new Set()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** @param path Below the server's tree */
  async ensure(path: string, what: string, options: CallOptions): Promise<Origin> {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const origin = await this.#make(path, what, options)
    this.#known.set(path, origin)
    return origin
  }

  /** Somebody has taken a collection away. */
  forget(): void {
    this.#known.clear()
  }

  /**
   * Removes `ltx` and the collections of this client's own making above it, as long as there is nothing in them. DELETE takes away
   * what is in a collection, too, so each is looked into first.
   */
  async removeEmpty(options: CallOptions): Promise<void> {
    this.forget()
    const above = [this.#connection.at(levelDirectory('decimal', 0).split('/')[0] ?? ''), ...this.#made]
    for (const path of new Set(above.toSorted((a, b) => b.length - a.length))) {
      if (await this.removeIfEmpty(path, options)) this.#made.delete(path)
    }
  }

  /** Whether it is gone. */
  async removeIfEmpty(path: string, options: CallOptions): Promise<boolean> {
    const what = `remove the empty collection ${path}`
    const entries = await entriesIn(this.#connection, what, path, options)
    if (entries === null) return true
    if (entries.length > 0) return false
    this.forget()
    const { status } = await this.#connection.exchange({
      kind: 'DELETE',
      what,
      method: 'DELETE',
      path: asCollection(path),
      accept: [403, 404, 405, 409, 423], // it harms nobody when it stays
      signal: options.signal,
    })
    return status < 300 || status === 404
  }

  async #make(path: string, what: string, options: CallOptions): Promise<Origin> {
    let status = await this.#mkcol(path, what, options, [301, 302, 403, 404, 405, 409])
    if (status === 404 || status === 409) {
      await this.#makeAbove(path, what, options)
      status = await this.#mkcol(path, what, options, [403, 405])
    }
    if (status === 403) await this.#expectThere(path, what, options)
    if (status >= 300) return 'there'
    this.#made.add(path)
    return 'made'
  }

  /** 403 is what Apache says when another one was a moment faster, and what others say where nobody may make what is there. */
  async #expectThere(path: string, what: string, options: CallOptions): Promise<void> {
    if ((await entryAt(this.#connection, what, asCollection(path), options)) !== null) return
    throw toClientError(new WebdavResponseError(403, 'MKCOL', ''), what, diagnose)
  }

  async #makeAbove(path: string, what: string, options: CallOptions): Promise<void> {
    const above = path.slice(0, Math.max(path.lastIndexOf('/'), 0))
    if (above === '') {
      throw new ClientError(
        'CLIENT_BAD_OPTIONS',
        `cannot ${what}: the server knows nothing at the address that everything is below: check the url`,
      )
    }
    await this.#make(above, what, options)
  }

  async #mkcol(
    path: string,
    what: string,
    { signal }: CallOptions,
    accept: readonly number[],
  ): Promise<number> {
    const request = { kind: 'PUT', what, method: 'MKCOL', path: asCollection(path), accept, signal } as const
    return (await this.#connection.exchange(request)).status
  }
}
