import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'vitest'
import { Window } from './window.ts'

test('add: more than there is room for → waits until one has ended', async () => {
  const window = new Window(2)
  const first = Promise.withResolvers<void>()
  await window.add(first.promise)
  let added = false
  const second = window.add(new Promise(() => undefined)).then(() => (added = true))
  await setImmediate()
  assert.equal(added, false)
  first.resolve()
  await second
})

test('add, drain: one fails → the next occasion throws it, and nothing is unhandled', async () => {
  const window = new Window(3)
  const failure = new Error('no')
  await window.add(Promise.reject(failure))
  await setImmediate()
  await assert.rejects(window.add(Promise.resolve()), failure)
  await assert.rejects(window.drain(), failure)
})

test('drain: several under way → waits for all', async () => {
  const window = new Window(9)
  let ended = 0
  for (let index = 0; index < 5; index++) await window.add(setImmediate().then(() => ended++))
  await window.drain()
  assert.equal(ended, 5)
})
