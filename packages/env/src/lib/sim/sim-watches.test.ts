import assert from 'node:assert/strict'
import { test } from 'vitest'
import { drainMicrotasks } from '../node/drain-microtasks.ts'
import { SimWatches } from './sim-watches.ts'

const setUp = () => {
  const watches = new SimWatches()
  const seen: string[] = []
  const watch = (directory: string) =>
    watches.add({
      directory,
      onEvent: ({ name }) => seen.push(`${directory}: ${name}`),
      onError: (error) => seen.push(error.message),
    })
  return { watches, seen, watch }
}

test('SimWatches: told of a change → those of that directory hear of it, later', async () => {
  const { watches, seen, watch } = setUp()
  watch('/a')
  watch('/b')
  watches.notify('/a', 'x')
  assert.deepEqual(seen, [])
  await drainMicrotasks()
  assert.deepEqual(seen, ['/a: x'])
})

test('SimWatches: stopped with an event on the way → the event is not delivered', async () => {
  const { watches, seen, watch } = setUp()
  const stop = watch('/a')
  watches.notify('/a', 'x')
  stop()
  await drainMicrotasks()
  assert.deepEqual(seen, [])
})

test('SimWatches: broken → each hears it once, and nothing afterwards', async () => {
  const { watches, seen, watch } = setUp()
  watch('/a')
  watch('/b')
  watches.breakAll(new Error('broken'))
  watches.breakAll(new Error('again'))
  watches.notify('/a', 'x')
  await drainMicrotasks()
  assert.deepEqual(seen, ['broken', 'broken'])
})

test('SimWatches: all dropped by a crash → nobody hears anything', async () => {
  const { watches, seen, watch } = setUp()
  watch('/a')
  watches.notify('/a', 'x')
  watches.dropAll()
  await drainMicrotasks()
  assert.deepEqual(seen, [])
})
