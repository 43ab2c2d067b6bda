import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Doorbell } from './doorbell.ts'

const { signal: never } = new AbortController()

test('Doorbell: rung while somebody waits, or before → heard, once', async () => {
  const bell = new Doorbell()
  const waiting = bell.rung(never)
  bell.ring()
  await waiting
  bell.ring()
  await bell.rung(never)
  let isHeard = false
  const again = bell.rung(never).then(() => (isHeard = true))
  await Promise.resolve()
  assert.equal(isHeard, false)
  bell.ring()
  await again
})

test('Doorbell: silenced → what rang before is not heard', async () => {
  const bell = new Doorbell()
  bell.ring()
  bell.silence()
  let isHeard = false
  const waiting = bell.rung(never).then(() => (isHeard = true))
  await Promise.resolve()
  assert.equal(isHeard, false)
  bell.ring()
  await waiting
})

test('Doorbell: the signal fires, or has fired → the wait is over', async () => {
  const bell = new Doorbell()
  const controller = new AbortController()
  const waiting = bell.rung(controller.signal)
  controller.abort()
  const outcomes = await Promise.allSettled([waiting, bell.rung(controller.signal)])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
})
