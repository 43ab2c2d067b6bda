import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { isReplicatorError } from '../errors.ts'
import { captureAll } from './capture-all.ts'
import type { SyncReport } from './follower-port.ts'

type Capture = Parameters<typeof captureAll>[0]

/** Answers with these kinds, the last one for ever. */
function answering(...kinds: (SyncReport['kind'] | null)[]): Capture & { calls: number } {
  const live = {
    calls: 0,
    capture: (): Promise<SyncReport | null> => {
      const kind = kinds[Math.min(live.calls++, kinds.length - 1)] ?? null
      return Promise.resolve(kind === null ? null : ({ kind } as SyncReport))
    },
  }
  return live
}

for (const kind of ['synced', 'empty', null] as const) {
  test(`captureAll: ${kind ?? 'asleep'} → done at once`, async () => {
    const live = answering(kind)
    await captureAll(live, simEnv({ seed: 1 }).clock)
    assert.equal(live.calls, 1)
  })
}

test('captureAll: busy, replaced, busy, synced → asked until it is', async () => {
  const { clock } = simEnv({ seed: 1 })
  const live = answering('busy', 'replaced', 'busy', 'synced')
  const done = captureAll(live, clock)
  await clock.runUntilIdle()
  await done
  assert.equal(live.calls, 4)
})

test('captureAll: busy for ever → rejects after 10 s, it does not say that all is captured', async () => {
  const { clock } = simEnv({ seed: 1 })
  const done = assert.rejects(
    captureAll(answering('busy'), clock),
    (error) => isReplicatorError(error, 'REPLICATOR_UNEXPECTED') && error.advice === 'retry',
  )
  await clock.runUntilIdle()
  await done
  assert.ok(clock.elapsedMs() >= 10_000 && clock.elapsedMs() < 11_000)
})
