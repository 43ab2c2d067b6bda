import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'vitest'
import { abortable } from './abortable.ts'
import { failureOf } from './conformance/material.ts'

async function all(items: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = []
  for await (const item of items) seen.push(item)
  return seen
}

async function* two(): AsyncGenerator<number> {
  yield 1
  yield 2
}

async function* oneThenNothing(): AsyncGenerator<number> {
  yield 1
  await new Promise<never>(() => undefined)
}

async function* thousand(): AsyncGenerator<number> {
  for (let item = 0; item < 1000; item++) yield item
}

test('abortable: no signal → the items', async () => {
  assert.deepEqual(await all(abortable(two(), undefined)), [1, 2])
})

test('abortable: the next item never comes → the reason as soon as the signal fires', async () => {
  const controller = new AbortController()
  const read = all(abortable(oneThenNothing(), controller.signal))
  await Promise.resolve()
  controller.abort('stop')
  assert.equal(await failureOf(read), 'stop')
})

test('abortable: a thousand items → no listener is left on the signal', async () => {
  const { signal } = new AbortController()
  let most = 0
  for await (const _ of abortable(thousand(), signal))
    most = Math.max(most, getEventListeners(signal, 'abort').length)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  assert.ok(most <= 1, `${most} listeners at once`)
})

for (const how of ['its reader stops', 'the signal fires between items'] as const) {
  test(`abortable: ${how} → the source is ended`, async () => {
    let ended = false
    async function* items(): AsyncGenerator<number> {
      try {
        yield 1
        yield 2
      } finally {
        ended = true
      }
    }
    const controller = new AbortController()
    const read = async (): Promise<void> => {
      for await (const _ of abortable(items(), controller.signal)) {
        if (how === 'its reader stops') return
        controller.abort('stop')
      }
    }
    await read().catch((error: unknown) => assert.equal(error, 'stop'))
    await Promise.resolve()
    assert.equal(ended, true)
  })
}

test('abortable: the source fails → its error', async () => {
  const error = new Error('broken')
  async function* items(): AsyncGenerator<number> {
    yield 1
    throw error
  }
  assert.equal(await failureOf(all(abortable(items(), new AbortController().signal))), error)
})
