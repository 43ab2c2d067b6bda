import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { settledWithin } from './settled-within.ts'

test('settledWithin: it ends in time, well or badly → true, and no timer is left', async () => {
  const { clock } = simEnv({ seed: 1 })
  assert.equal(await settledWithin(clock, 1000, Promise.resolve(7)), true)
  assert.equal(await settledWithin(clock, 1000, Promise.reject(new Error('bad'))), true)
  assert.equal(clock.sleeping, 0)
})

test('settledWithin: it does not end → false; that it fails later is heard by nobody', async () => {
  const { clock } = simEnv({ seed: 1 })
  const { promise, reject } = Promise.withResolvers<never>()
  const waited = settledWithin(clock, 1000, promise)
  await clock.advance(1000)
  assert.equal(await waited, false)
  reject(new Error('late'))
  await clock.advance(1)
})
