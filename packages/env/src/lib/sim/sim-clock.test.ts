import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'vitest'
import { SimClock } from './sim-clock.ts'

/** Sleeps, then writes down who woke and when. */
async function sleeper(
  clock: SimClock,
  log: string[],
  name: string,
  ...delaysMs: readonly number[]
): Promise<void> {
  for (const delayMs of delaysMs) {
    await clock.sleep(delayMs)
    log.push(`${name}@${clock.elapsedMs()}`)
  }
}

test('SimClock, advance: sleepers that sleep again → each wakes at his own time, those of one time in order of arrival', async () => {
  const clock = new SimClock(1000)
  const log: string[] = []
  void sleeper(clock, log, 'a', 10, 10, 10)
  void sleeper(clock, log, 'b', 20, 5)
  void sleeper(clock, log, 'c', 0)
  await clock.advance(25)
  // At 20, b had come before a lay down for the second time.
  assert.deepEqual(log, ['c@0', 'a@10', 'b@20', 'a@20', 'b@25'])
  assert.equal(clock.elapsedMs(), 25)
  assert.equal(clock.wallMs(), 1025)
  assert.equal(clock.sleeping, 1)
})

test('SimClock, settle: step by step → one sleeper at a time, false at the end', async () => {
  const clock = new SimClock(0)
  const log: string[] = []
  void sleeper(clock, log, 'a', 5, 60_000)
  assert.equal(await clock.settle(), true)
  assert.deepEqual(log, ['a@5'])
  assert.equal(await clock.settle(), true)
  assert.equal(await clock.settle(), false)
  assert.deepEqual(log, ['a@5', 'a@60005'])
})

test('SimClock, runUntilIdle: everybody ends → idle; somebody never does → an error, not a hang', async () => {
  const clock = new SimClock(0)
  const log: string[] = []
  void sleeper(clock, log, 'a', 1, 2, 3)
  await clock.runUntilIdle()
  assert.deepEqual(log, ['a@1', 'a@3', 'a@6'])
  const controller = new AbortController()
  const forEver = async (): Promise<void> => {
    while (!controller.signal.aborted) await clock.sleep(1000)
  }
  void forEver()
  await assert.rejects(clock.runUntilIdle(10_000), /not idle/)
  assert.equal(clock.elapsedMs(), 10_006)
  controller.abort()
})

test('SimClock, sleep: aborted before, during → the reason itself, nobody left waiting', async () => {
  const clock = new SimClock(0)
  const reason = new Error('stop')
  await assert.rejects(clock.sleep(5, { signal: AbortSignal.abort(reason) }), (error) => error === reason)
  const controller = new AbortController()
  const sleep = clock.sleep(5, { signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(sleep, (error) => error === reason)
  assert.equal(clock.sleeping, 0)
  await clock.advance(10)
})

test('SimClock, sleep: done → no listener left on the signal', async () => {
  const clock = new SimClock(0)
  const { signal } = new AbortController()
  const sleep = clock.sleep(5, { signal })
  await clock.advance(5)
  await sleep
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('SimClock, shiftWall: back an hour → the wall clock only', async () => {
  const clock = new SimClock(3_600_000)
  await clock.advance(10)
  clock.shiftWall(-3_600_000)
  assert.equal(clock.wallMs(), 10)
  assert.equal(clock.elapsedMs(), 10)
})
