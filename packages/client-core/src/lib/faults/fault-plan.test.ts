import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentEnv } from '../../../test/silent-env.ts'
import { faultsFor, type FaultPlan } from './fault-plan.ts'

test('faultsFor: a rule for the second write → then, and at no other time', () => {
  const plan: FaultPlan = { rules: [{ call: 'writeFile', nth: 2, fault: { kind: 'lose-reply' } }] }
  const { random } = silentEnv()
  assert.deepEqual(faultsFor(plan, 'writeFile', 1, random), [])
  assert.deepEqual(faultsFor(plan, 'writeFile', 2, random), [{ kind: 'lose-reply' }])
  assert.deepEqual(faultsFor(plan, 'readFile', 2, random), [])
})

test('faultsFor: rates → about as often as they say, and the same for the same seed', () => {
  const plan: FaultPlan = { rates: { fail: 0.25, loseReply: 0.5 } }
  const run = (): string[] => {
    const { random } = silentEnv(7)
    return Array.from({ length: 4000 }, (_, nth) =>
      faultsFor(plan, 'deleteFiles', nth, random)
        .map(({ kind }) => kind)
        .join('+'),
    )
  }
  const kinds = run()
  const share = (kind: string): number => kinds.filter((each) => each === kind).length / kinds.length
  assert.ok(Math.abs(share('fail') - 0.25) < 0.05)
  assert.ok(Math.abs(share('lose-reply') - 0.75 * 0.5) < 0.05)
  assert.deepEqual(run(), kinds)
})

test('faultsFor: truncate and breakOff → only where there is a stream', () => {
  const { random } = silentEnv()
  const plan: FaultPlan = { rates: { truncate: 1 } }
  assert.equal(faultsFor(plan, 'readFile', 1, random)[0]?.kind, 'truncate')
  assert.deepEqual(faultsFor(plan, 'listFiles', 1, random), [])
  assert.deepEqual(faultsFor({ rates: { breakOff: 1 } }, 'deleteFiles', 1, random), [])
  assert.equal(faultsFor({ rates: { breakOff: 1 } }, 'listFiles', 1, random)[0]?.kind, 'fail')
})
