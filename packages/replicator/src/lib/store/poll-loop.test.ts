import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ToyWorld, type ToyDatabase } from '../../../test/toy-world.ts'
import { runPollLoop, type PollParts } from './poll-loop.ts'

const SECOND = 1000

interface Scene extends Disposable {
  readonly world: ToyWorld
  /** `before`, `after`, at which second. */
  readonly steps: string[]
  readonly ended: Promise<unknown>
  stop(reason: Error): void
}

function scene(databases: (world: ToyWorld) => ToyDatabase[], parts: Partial<PollParts> = {}): Scene {
  const world = new ToyWorld()
  const made = databases(world)
  const steps: string[] = []
  const note = (step: string): void => void steps.push(`${step}@${world.env.clock.elapsedMs() / SECOND}`)
  const stopped = new AbortController()
  const ended = runPollLoop(
    {
      env: world.env,
      intervalMs: () => 30 * SECOND,
      databases: () => made.map(({ database }) => database),
      beforeLooks: () => note('before'),
      afterLooks: async () => note('after'),
      ...parts,
    },
    stopped.signal,
  ).catch((error: unknown) => error)
  const stop = (reason: Error): void => stopped.abort(reason)
  return { world, steps, ended, stop, [Symbol.dispose]: () => stop(new Error('the test is over')) }
}

test('poll: every 30 s → failed watches first, then every database, then who may sleep', async () => {
  const made: ToyDatabase[] = []
  using at = scene((world) => {
    for (let index = 0; index < 20; index++) made.push(world.make(`${index}.db`))
    return made
  })
  for (const { database } of made) await database.open()
  for (const { sqlite } of made) sqlite.commit()
  await at.world.env.clock.advance(29 * SECOND)
  assert.deepEqual(at.world.told('sync'), [])
  await at.world.env.clock.advance(2 * SECOND)
  assert.equal(at.world.told('sync').length, 20)
  assert.deepEqual(at.steps, ['before@30', 'after@30'])
  await at.world.env.clock.advance(30 * SECOND)
  assert.deepEqual(at.steps, ['before@30', 'after@30', 'before@60', 'after@60'])
})

test('poll: the interval changes → counts from the next round on', async () => {
  let intervalMs = 30 * SECOND
  using at = scene(() => [], { intervalMs: () => intervalMs })
  await at.world.env.clock.advance(10 * SECOND)
  intervalMs = SECOND
  await at.world.env.clock.advance(22 * SECOND)
  assert.deepEqual(at.steps, ['before@30', 'after@30', 'before@31', 'after@31', 'before@32', 'after@32'])
})

test('poll: a look fails → the loop goes on, and the database says so itself', async () => {
  const made: ToyDatabase[] = []
  using at = scene((world) => {
    made.push(world.make('app.db'))
    return made
  })
  const [app] = made
  assert.ok(app !== undefined)
  await app.database.open()
  app.sqlite.failure = new Error('disk I/O error')
  await at.world.env.clock.advance(61 * SECOND)
  assert.equal(at.steps.length, 4)
  app.sqlite.commit()
  await at.world.env.clock.advance(30 * SECOND)
  assert.deepEqual(at.world.told('sync'), ['app.db sync'])
})

test('poll: stopped → rejects with the reason', async () => {
  using at = scene(() => [])
  const reason = new Error('stop')
  at.stop(reason)
  assert.equal(await at.ended, reason)
})

test('poll: a database is busy with something long → the others are looked at all the same, each poll', async () => {
  const made: ToyDatabase[] = []
  using at = scene((world) => {
    for (let index = 0; index < 10; index++) made.push(world.make(`${index}.db`))
    return made
  })
  for (const { database } of made) await database.open()
  for (const { sqlite } of made.slice(0, 9)) sqlite.isScanning = true
  const last = made[9]
  assert.ok(last !== undefined)
  for (let poll = 1; poll <= 2; poll++) {
    last.sqlite.commit()
    await at.world.env.clock.advance(35 * SECOND)
    assert.equal(at.world.told('sync').length, poll)
  }
})
