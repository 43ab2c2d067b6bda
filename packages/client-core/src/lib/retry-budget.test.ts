import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentEnv } from '../../test/silent-env.ts'
import { failureOf } from './conformance/material.ts'
import { ClientError } from './errors.ts'
import { retryBudget } from './retry-budget.ts'

const SETTINGS = { retriesMax: 3, delayMsMax: 1000, deadlineMs: 60_000 }
const busy = new ClientError('CLIENT_BUSY', 'x')

test('retry budget: as many failures as allowed → waited for; one more → that failure', async () => {
  const env = silentEnv()
  const budget = retryBudget(env, SETTINGS)
  for (let failure = 0; failure < 3; failure++) await budget.spend(busy, undefined)
  assert.equal(await failureOf(budget.spend(busy, undefined)), busy)
  assert.equal(env.slept.length, 3)
  for (const [retry, delayMs] of env.slept.entries()) assert.ok(delayMs < 100 * 2 ** retry)
})

test('retry budget: progress in between → the count starts again', async () => {
  const env = silentEnv()
  const budget = retryBudget(env, SETTINGS)
  for (let round = 0; round < 10; round++) {
    for (let failure = 0; failure < 3; failure++) await budget.spend(busy, undefined)
    budget.progress()
  }
  assert.equal(env.slept.length, 30)
})

test('retry budget: past the deadline → the failure, in spite of progress', async () => {
  const env = silentEnv()
  const budget = retryBudget(env, { ...SETTINGS, deadlineMs: 500 })
  const failing = async (): Promise<void> => {
    for (;;) {
      await budget.spend(busy, undefined)
      budget.progress()
    }
  }
  assert.equal(await failureOf(failing()), busy)
  assert.ok(env.clock.elapsedMs() <= 500)
})

for (const [what, error] of [
  ['advice give-up', new ClientError('CLIENT_DENIED', 'x')],
  ['an error that is no ClientError', new Error('x')],
  ['something that is no error', 'x'],
] as const) {
  test(`retry budget: ${what} → thrown as it is, at once`, async () => {
    const env = silentEnv()
    assert.equal(await failureOf(retryBudget(env, SETTINGS).spend(error, undefined)), error)
    assert.deepEqual(env.slept, [])
  })
}

test('retry budget: the signal fires during the wait → its reason', async () => {
  const controller = new AbortController()
  const spent = retryBudget(silentEnv(), SETTINGS).spend(busy, controller.signal)
  controller.abort('stop')
  assert.equal(await failureOf(spent), 'stop')
})
