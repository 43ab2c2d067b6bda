import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { passTime } from '../../../test/pass-time.ts'
import { ReplicatorError, type ReplicatorErrorCode } from '../errors.ts'
import type { ReplicatorEvent } from '../events.ts'
import { ReplicaWait } from './replica-wait.ts'
import { runSessions, type FailedAttempt } from './run-sessions.ts'

interface Outcome {
  readonly attempts: readonly FailedAttempt[]
  readonly events: readonly ReplicatorEvent[]
  readonly env: SimEnv
  /** Whether it may begin offline, of each session. */
  readonly sessions: readonly boolean[]
}

/** Each session fails with what its turn says; the last one is followed, and ends everything. */
async function run(
  failures: readonly (Error | 'replan')[],
  init: () => Promise<void> = () => Promise.resolve(),
): Promise<Outcome> {
  const env = simEnv({ seed: 1 })
  const [attempts, events, sessions]: [FailedAttempt[], ReplicatorEvent[], boolean[]] = [[], [], []]
  const end = new AbortController()
  const parts = {
    env,
    client: Object.assign(memoryClient(), { init }),
    path: '/data/app.db',
    emit: (event: ReplicatorEvent) => void events.push(event),
  }
  const hooks = {
    runSession: (onStarted: () => void, mayBeginOffline: boolean) => {
      const failure = failures[sessions.push(mayBeginOffline) - 1]
      if (failure === 'replan') return Promise.resolve('replan' as const)
      if (failure !== undefined) return Promise.reject(failure)
      onStarted()
      end.abort(new Error('enough'))
      return Promise.resolve('again' as const)
    },
    whileAbsent: () => Promise.resolve(),
    onFailure: (attempt: FailedAttempt) => void attempts.push(attempt),
  }
  await passTime(env.clock, runSessions(parts, hooks, new ReplicaWait(env.clock), end.signal))
  return { attempts, events, env, sessions }
}

const failure = (code: ReplicatorErrorCode): Error => new ReplicatorError(code, 'a test')

test('runSessions: the lock of another process → tried again with pauses that grow to a minute, then recovered', async () => {
  const { attempts, events, env } = await run(Array.from({ length: 40 }, () => failure('REPLICATOR_LOCKED')))
  assert.ok(attempts.every(({ need }) => need === 'somebody'))
  const pauses = attempts.map(({ retryInMs }) => retryInMs ?? Number.NaN)
  assert.ok(Math.max(...pauses) <= 60_000 && Math.max(...pauses.slice(10)) > 30_000, String(pauses))
  assert.ok((pauses[0] ?? 0) <= 5000)
  const told = attempts.filter(({ log }) => log).length
  assert.ok(told >= 2 && told <= 1 + env.clock.elapsedMs() / 300_000, `${told} lines`)
  assert.deepEqual(events, [{ kind: 'recovered', path: '/data/app.db', during: 'open', failures: 40 }])
})

for (const code of ['REPLICATOR_TWO_NAMES', 'REPLICATOR_OLD_SQLITE', 'REPLICATOR_CONFLICT'] as const) {
  test(`runSessions: ${code} → over, and said`, async () => {
    const { attempts, sessions } = await run([failure(code)])
    assert.deepEqual(
      attempts.map(({ need, retryInMs, log }) => [need, retryInMs, log]),
      [['new-start', null, true]],
    )
    assert.equal(sessions.length, 1)
  })
}

test('runSessions: what passes → tried again soon, after a replan only with what the replica says', async () => {
  const { attempts, sessions } = await run([
    'replan',
    failure('REPLICATOR_DISK'),
    failure('REPLICATOR_LOCAL_STATE'),
  ])
  assert.deepEqual(
    attempts.map(({ need }) => need),
    ['time', 'time'],
  )
  assert.deepEqual(sessions, [true, false, true, true])
})

test('runSessions: the replica refuses us at first → no session before it does not', async () => {
  let refusals = 3
  const { attempts, sessions } = await run([], () =>
    refusals-- > 0 ? Promise.reject(new ClientError('CLIENT_DENIED', 'a test')) : Promise.resolve(),
  )
  assert.deepEqual(
    attempts.map(({ need }) => need),
    ['somebody', 'somebody', 'somebody'],
  )
  assert.equal(sessions.length, 1)
})
