import assert from 'node:assert/strict'
import { test } from 'vitest'
import { MemoryLogger } from '@ltx/env/sim'
import { ReplicatorError } from '../errors.ts'
import type { CompareOutcome } from './follower-port.ts'
import { SerialQueue } from './serial-queue.ts'
import { StartComparison } from './start-comparison.ts'

interface Scene {
  readonly comparison: StartComparison
  readonly logger: MemoryLogger
  captures: number
  readonly run: () => Promise<void>
}

/** A comparison that answers one after the other. */
function scene(answers: (CompareOutcome | Error)[], turns = new SerialQueue()): Scene {
  const logger = new MemoryLogger()
  const follower = {
    async compare(): Promise<CompareOutcome> {
      const answer = answers.shift() ?? 'needless'
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  const comparison = new StartComparison({ env: { logger }, path: '/a.db', follower, turns })
  const made: Scene = {
    comparison,
    logger,
    captures: 0,
    run: () => comparison.run(async () => (made.captures += 1)),
  }
  return made
}

test('comparison: the database differs → said, captured, not due again', async () => {
  const made = scene(['differs'])
  made.comparison.opened()
  await made.run()
  assert.deepEqual([made.captures, made.comparison.isDue], [1, false])
  assert.match(made.logger.lines[0]?.message ?? '', /changed while nobody followed it/)
})

for (const outcome of ['needless', 'same'] as const) {
  test(`comparison: ${outcome} → nothing is said or captured`, async () => {
    const made = scene([outcome])
    made.comparison.opened()
    await made.run()
    assert.deepEqual([made.captures, made.comparison.isDue, made.logger.lines], [0, false, []])
  })
}

test('comparison: cut short → due again after the next capture', async () => {
  const made = scene(['later'])
  await made.run()
  assert.deepEqual([made.captures, made.comparison.isDue], [0, true])
})

test('comparison: it fails → said once, due again', async () => {
  const made = scene([new Error('EIO'), new Error('EIO'), 'same'])
  await made.run()
  await made.run()
  assert.deepEqual([made.logger.lines.length, made.comparison.isDue], [1, true])
  await made.run()
  assert.equal(made.comparison.isDue, false)
})

test('comparison: the database is closed meanwhile → nothing is said', async () => {
  const made = scene([new ReplicatorError('REPLICATOR_CLOSED', 'closed')])
  await made.run()
  assert.deepEqual(made.logger.lines, [])
})

test('comparison: two databases → one after the other', async () => {
  const turns = new SerialQueue()
  const held = Promise.withResolvers<void>()
  const first = turns.run(() => held.promise)
  const made = scene(['differs'], turns)
  const run = made.run()
  await Promise.resolve()
  assert.equal(made.captures, 0)
  held.resolve()
  await first
  await run
  assert.equal(made.captures, 1)
})
