import assert from 'node:assert/strict'
import { nodeEnv } from '@ltx/env/node'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { ReplicatorError } from '../errors.ts'
import { whileBusy } from './while-busy.ts'

const BUSY = new Sqlite.SqliteError('database is locked', 'SQLITE_BUSY')

/** Time goes on with each wait only. */
function waitingClock(): ReturnType<typeof nodeEnv>['clock'] {
  let nowMs = 0
  const sleep = (ms: number): Promise<void> => {
    nowMs += ms
    return Promise.resolve()
  }
  return { ...nodeEnv().clock, elapsedMs: () => nowMs, sleep }
}

test('whileBusy: busy a few times → tried again, with the result', async () => {
  let attempts = 0
  const attempt = (): string => {
    if (++attempts < 4)
      throw attempts === 2 ? new ReplicatorError('REPLICATOR_NOT_WAL', 'busy', { cause: BUSY }) : BUSY
    return 'open'
  }
  assert.equal(await whileBusy(waitingClock(), attempt), 'open')
  assert.equal(attempts, 4)
})

function alwaysBusy(): void {
  throw BUSY
}

test('whileBusy: busy for two seconds → that error', async () => {
  const clock = waitingClock()
  await assert.rejects(whileBusy(clock, alwaysBusy), (error) => error === BUSY)
  assert.ok(clock.elapsedMs() >= 2000 && clock.elapsedMs() < 2100)
})

test('whileBusy: another error, or another replicator → thrown at once', async () => {
  for (const error of [new Error('no'), new ReplicatorError('REPLICATOR_LOCKED', 'held', { cause: BUSY })]) {
    let attempts = 0
    const attempt = (): void => {
      attempts++
      throw error
    }
    await assert.rejects(whileBusy(waitingClock(), attempt), (thrown) => thrown === error)
    assert.equal(attempts, 1)
  }
})

test('open: an application closes its last connection just then → waited for, then followed', async () => {
  using world = new World()
  world.insert(1)
  const closing = world.connect()
  closing.pragma('locking_mode=EXCLUSIVE') // what a last close does for a moment
  world.app.close()
  closing.exec('BEGIN IMMEDIATE; COMMIT')
  let waits = 0
  world.onSleep = () => {
    if (++waits === 3) closing.close()
  }
  const follower = await world.follow()
  world.onSleep = () => {}
  await follower.sync()
  world.app = world.connect()
  world.assertCaptured()
})
