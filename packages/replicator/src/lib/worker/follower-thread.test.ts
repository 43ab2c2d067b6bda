import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { MemoryLogger, simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { World } from '../../../test/world.ts'
import type { DatabaseFollowerOptions } from '../database/follower-port.ts'
import { isReplicatorError } from '../errors.ts'
import { WorkerPool } from './worker-pool.ts'

const FIRST = { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }

function optionsOf({ path, metaPath, settings }: World): DatabaseFollowerOptions {
  return { path, metaPath, settings }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('did not reject')
}

/** Real time for a thread to answer, if it could. */
const lifeTime = (): Promise<void> => nodeEnv().clock.sleep(50)

/** A thread that answers every request at once, except `start`: there it opens the pipe, which has no writer. */
const HANGS_IN_START = `
const { parentPort, workerData } = require('node:worker_threads')
parentPort.on('message', ({ kind, call, method }) => {
  if (kind === 'end') return parentPort.close()
  if (method === 'start') require('node:fs').readFileSync(workerData.driver)
  parentPort.postMessage({ kind: 'result', call, value: null })
})`

test('FollowerThread: a system call does not return → said with growing pauses, and close gives up in the end', async () => {
  using world = new World()
  const { clock } = simEnv({ seed: 1 })
  const logger = new MemoryLogger()
  const pipe = `${world.directory}/pipe`
  execFileSync('mkfifo', [pipe])
  const newWorker = (): Worker => new Worker(HANGS_IN_START, { eval: true, workerData: { driver: pipe } })
  const start = { driver: 'better-sqlite3', embedded: true } as const
  const pool = new WorkerPool(start, { clock, logger }, 1, newWorker)
  const [follower, other] = [pool.follower(optionsOf(world)), pool.follower(optionsOf(world))]
  await other.open()
  const started = failureOf(follower.start(FIRST))
  await lifeTime()
  await clock.advance(30_000)
  await lifeTime()
  await clock.advance(270_000)
  assert.deepEqual(
    logger.lines.map(({ message }) => /waiting for a SQLite thread for (\d+) s/.exec(message)?.[1]),
    ['30', '90', '210'],
  )
  const closing = failureOf(follower.close())
  await lifeTime()
  await clock.advance(60_000)
  const closed = await closing
  assert.ok(isReplicatorError(closed, 'REPLICATOR_UNEXPECTED'))
  assert.match(closed.message, /has not closed .*app\.db within 60 s/)
  assert.equal(await started, closed, 'nobody waits for it any more, though the other database lives there')
  const ending = pool[Symbol.asyncDispose]()
  for (let step = 0; step < 2; step++) {
    await lifeTime()
    await clock.advance(2000)
  }
  await ending
  assert.match(logger.lines.at(-1)?.message ?? '', /cannot be ended/)
  closeSync(openSync(pipe, 'r+')) // it returns at last
})

test('FollowerThread: a thread that answers, or has nothing to do → nothing is said, however long it takes', async () => {
  using world = new World()
  const { clock } = simEnv({ seed: 1 })
  const logger = new MemoryLogger()
  const pool = new WorkerPool({ driver: 'better-sqlite3', embedded: true }, { clock, logger }, 1)
  const follower = pool.follower(optionsOf(world))
  await follower.open()
  await follower.start(FIRST)
  for (let round = 0; round < 5; round++) {
    world.insert(1)
    const synced = follower.sync()
    await synced
    await clock.advance(31_000) // with nothing to do
    const again = follower.sync()
    await clock.advance(31_000) // it is asked for a sign of life
    await again
    await follower.confirm(toTxid(1n)) // which came before this answer
  }
  await clock.advance(3_600_000)
  assert.deepEqual([logger.lines.filter(({ message }) => /waiting/.test(message)), clock.sleeping], [[], 0])
  await follower.close()
  await pool[Symbol.asyncDispose]()
})
