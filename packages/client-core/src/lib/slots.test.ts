import assert from 'node:assert/strict'
import { test } from 'vitest'
import { failureOf } from './conformance/material.ts'
import { Slots } from './slots.ts'

/** Work that ends when it is told to. */
function work(): { run: () => Promise<void>; end: () => void; started: () => boolean } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let started = false
  return {
    run: () => {
      started = true
      return promise
    },
    end: resolve,
    started: () => started,
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('slots: more work than slots → the rest waits, first come first served', async () => {
  const slots = new Slots(2)
  const works = [work(), work(), work(), work()]
  const done = works.map(({ run }) => slots.use(undefined, run))
  await settled()
  assert.deepEqual(
    works.map(({ started }) => started()),
    [true, true, false, false],
  )
  works[1]?.end()
  await settled()
  assert.deepEqual(
    works.map(({ started }) => started()),
    [true, true, true, false],
  )
  for (const { end } of works) end()
  await Promise.all(done)
})

test('slots: work that fails → its error, and the slot is free again', async () => {
  const slots = new Slots(1)
  const error = new Error('x')
  assert.equal(await failureOf(slots.use(undefined, () => Promise.reject(error))), error)
  assert.equal(await slots.use(undefined, async () => 'next'), 'next')
})

test('slots: aborted while waiting → the reason, the work is not run, nobody loses a turn', async () => {
  const slots = new Slots(1)
  const [first, second, third] = [work(), work(), work()]
  const controller = new AbortController()
  const firstDone = slots.use(undefined, first.run)
  const secondDone = slots.use(controller.signal, second.run)
  const thirdDone = slots.use(undefined, third.run)
  controller.abort('stop')
  assert.equal(await failureOf(secondDone), 'stop')
  first.end()
  await firstDone
  await settled()
  assert.deepEqual([second.started(), third.started()], [false, true])
  third.end()
  await thirdDone
})

test('slots: none, or a part of one → RangeError', () => {
  for (const count of [0, -1, 1.5, Number.NaN]) assert.throws(() => new Slots(count), RangeError)
})
