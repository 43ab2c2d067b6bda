import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv, type MemoryLogger } from '@ltx/env/sim'
import { ReplicatorError } from '../errors.ts'
import { storeSettings } from '../settings.ts'
import type { CompareOutcome } from './follower-port.ts'
import { SerialQueue } from './serial-queue.ts'
import { StartComparison } from './start-comparison.ts'

interface Scene {
  readonly logger: MemoryLogger
  /** Comparisons that were asked for. */
  asked: number
  /** Captures that brought what differs. */
  captured: number
  readonly afterSync: (looked?: boolean, isSuspect?: boolean) => Promise<void>
  readonly stop: () => void
}

interface SceneOptions {
  readonly turns?: SerialQueue
  readonly compactionEnabled?: boolean
}

/** A database that was opened; its comparisons answer one after the other. */
function scene(answers: (CompareOutcome | Error)[], options: SceneOptions = {}): Scene {
  const env = simEnv({ seed: 1 })
  const follower = {
    async compare(): Promise<CompareOutcome> {
      made.asked++
      const answer = answers.shift() ?? 'needless'
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  const store = storeSettings({ compactionEnabled: options.compactionEnabled ?? false })
  const parts = { env, path: '/a.db', store, comparisons: options.turns ?? new SerialQueue() }
  const comparison = new StartComparison(parts, follower, true)
  const afterSync = (looked = false, isSuspect = true): Promise<void> =>
    comparison.afterSync(isSuspect, looked, async () => (made.captured += 1))
  const made: Scene = { logger: env.logger, asked: 0, captured: 0, afterSync, stop: () => comparison.stop() }
  return made
}

test('comparison: the database differs → said, captured, not asked again', async () => {
  const made = scene(['differs'])
  await made.afterSync()
  await made.afterSync()
  assert.deepEqual([made.captured, made.asked], [1, 1])
  assert.match(made.logger.lines[0]?.message ?? '', /while nobody followed it/)
})

test('comparison: it goes on in the background → the sync is not held up, what differs is captured later', async () => {
  const turns = new SerialQueue()
  const held = Promise.withResolvers<void>()
  const before = turns.run(() => held.promise) // another database is being compared
  const made = scene(['differs'], { turns, compactionEnabled: true })
  await made.afterSync()
  assert.equal(made.asked, 0)
  held.resolve()
  await before
  await turns.run(() => {}) // after it
  assert.deepEqual([made.asked, made.captured], [1, 1])
})

for (const outcome of ['needless', 'same'] as const) {
  test(`comparison: ${outcome} → nothing is said or captured`, async () => {
    const made = scene([outcome])
    await made.afterSync()
    assert.deepEqual([made.captured, made.logger.lines], [0, []])
  })
}

test('comparison: the sync says that nothing can have changed unseen → nobody is asked, also after the next one', async () => {
  const made = scene(['differs'])
  await made.afterSync(false, false)
  await made.afterSync()
  assert.deepEqual([made.captured, made.asked], [0, 0])
  await made.afterSync(true)
  assert.deepEqual([made.captured, made.asked], [1, 1])
})

test('comparison: cut short → asked again after the next sync', async () => {
  const made = scene(['later', 'same'])
  for (let sync = 0; sync < 3; sync++) await made.afterSync()
  assert.deepEqual([made.captured, made.asked], [0, 2])
})

test('comparison: it fails → said once, asked again after the next sync', async () => {
  const made = scene([new Error('EIO'), new Error('EIO'), 'same'])
  for (let sync = 0; sync < 4; sync++) await made.afterSync()
  assert.deepEqual([made.logger.lines.length, made.asked], [1, 3])
})

test('comparison: the database is closed while it is compared, or waits for its turn → nothing is said, nothing asked', async () => {
  const turns = new SerialQueue()
  const [first, second] = [
    scene([new ReplicatorError('REPLICATOR_CLOSED', 'closed')], { turns, compactionEnabled: true }),
    scene([], { turns, compactionEnabled: true }),
  ]
  for (const made of [first, second]) {
    await made.afterSync()
    made.stop()
  }
  await turns.run(() => {})
  assert.deepEqual([first.logger.lines, second.asked], [[], 0])
})

test('comparison: at each slow poll → asked, but not while it is under way', async () => {
  const turns = new SerialQueue()
  const held = Promise.withResolvers<void>()
  const before = turns.run(() => held.promise)
  const made = scene([], { turns, compactionEnabled: true })
  for (let look = 0; look < 3; look++) await made.afterSync(true)
  held.resolve()
  await before
  await turns.run(() => {})
  assert.equal(made.asked, 1)
  await made.afterSync(true)
  await turns.run(() => {})
  assert.equal(made.asked, 2)
})
