import assert from 'node:assert/strict'
import { test } from 'vitest'
import { failureOf } from './conformance/material.ts'
import { isClientError } from './errors.ts'
import { listPages, type ListPage } from './list-pages.ts'

const PAGES: Readonly<Record<string, ListPage<number>>> = {
  first: { items: [1, 2], next: 'b' },
  b: { items: [], next: 'c' },
  c: { items: [3], next: null },
}

function paged(pages: Readonly<Record<string, ListPage<number>>> = PAGES): {
  asked: string[]
  fetch: (token: string | null) => Promise<ListPage<number>>
} {
  const asked: string[] = []
  return {
    asked,
    async fetch(token) {
      asked.push(token ?? 'first')
      return pages[token ?? 'first'] ?? { items: [], next: null }
    },
  }
}

async function all(items: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = []
  for await (const item of items) seen.push(item)
  return seen
}

test('listPages: three pages, one empty → every item, each page asked for once', async () => {
  const { asked, fetch } = paged()
  assert.deepEqual(await all(listPages(fetch)), [1, 2, 3])
  assert.deepEqual(asked, ['first', 'b', 'c'])
})

test('listPages: stopped at the last item of page one → no second request', async () => {
  const { asked, fetch } = paged()
  for await (const item of listPages(fetch)) if (item === 2) break
  assert.deepEqual(asked, ['first'])
})

test('listPages: aborted within a page → the reason, without another item', async () => {
  const { fetch } = paged()
  const controller = new AbortController()
  const seen: number[] = []
  const read = async (): Promise<void> => {
    for await (const item of listPages(fetch, { signal: controller.signal })) {
      seen.push(item)
      controller.abort('stop')
    }
  }
  assert.equal(await failureOf(read()), 'stop')
  assert.deepEqual(seen, [1])
})

test('listPages: the signal → is passed on for every page', async () => {
  const { signal } = new AbortController()
  const given: unknown[] = []
  const { fetch } = paged()
  await all(
    listPages(
      (token, options) => {
        given.push(options.signal)
        return fetch(token)
      },
      { signal },
    ),
  )
  assert.deepEqual(given, [signal, signal, signal])
})

test('listPages: the same token again → CLIENT_UNEXPECTED, not for ever', async () => {
  const { fetch } = paged({ first: { items: [1], next: 'x' }, x: { items: [2], next: 'x' } })
  assert.ok(isClientError(await failureOf(all(listPages(fetch))), 'CLIENT_UNEXPECTED'))
})
