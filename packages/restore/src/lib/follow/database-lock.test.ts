import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { whileLocked } from './database-lock.ts'

/** Free after so many attempts. */
function lockAfter(attempts: number) {
  const log: string[] = []
  const lock = async (): Promise<AsyncDisposable | null> => {
    if (attempts-- > 0) return null
    log.push('locked')
    return {
      async [Symbol.asyncDispose]() {
        log.push('free')
      },
    }
  }
  return { log, lock }
}

test('while locked: free after 200 attempts → waits, tells once, acts within, lets go also after an error', async () => {
  const { clock } = simEnv({ seed: 1 })
  const { log, lock } = lockAfter(200)
  const onWaiting = (waitedMs: number): void => void log.push(`waiting ${waitedMs}`)
  const done = whileLocked('/x', { clock, lock, signal: undefined, onWaiting }, async () => {
    log.push('act')
    throw new Error('broken')
  })
  const rejected = assert.rejects(done, /broken/)
  await clock.runUntilIdle()
  await rejected
  assert.deepEqual(log, ['waiting 5000', 'locked', 'act', 'free'])
})

test('while locked: aborted while waiting → the reason; nothing is done', async () => {
  const { clock } = simEnv({ seed: 1 })
  const { log, lock } = lockAfter(10_000)
  const stop = new AbortController()
  const reason = new Error('enough')
  const options = { clock, lock, signal: stop.signal, onWaiting: () => stop.abort(reason) }
  const rejected = assert.rejects(
    whileLocked('/x', options, async () => void log.push('act')),
    reason,
  )
  await clock.runUntilIdle()
  await rejected
  assert.deepEqual(log, [])
})
