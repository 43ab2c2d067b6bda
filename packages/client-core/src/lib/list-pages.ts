import { ClientError } from './errors.ts'
import type { CallOptions } from './replica-client.ts'

export interface ListPage<Item> {
  readonly items: readonly Item[]
  /** Token of the next page; `null` on the last one. */
  readonly next: string | null
}

/**
 * Turns a paged API into one lazy sequence: page n+1 is asked for when page n is used up, and never after the reader stopped.
 *
 * @throws {ClientError} `CLIENT_UNEXPECTED` when the storage hands out the same token again: it would never end
 */
export async function* listPages<Item>(
  fetchPage: (token: string | null, options: CallOptions) => Promise<ListPage<Item>>,
  options: CallOptions = {},
): AsyncGenerator<Item, void, undefined> {
  let token: string | null = null
  do {
    options.signal?.throwIfAborted()
    const page: ListPage<Item> = await fetchPage(token, options)
    for (const item of page.items) {
      options.signal?.throwIfAborted()
      yield item
    }
    if (page.next !== null && page.next === token) {
      throw new ClientError('CLIENT_UNEXPECTED', 'the storage returned the same listing token twice')
    }
    token = page.next
  } while (token !== null)
}
