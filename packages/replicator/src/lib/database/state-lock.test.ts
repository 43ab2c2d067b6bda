import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'vitest'
import { AppProcess } from '../../../test/app-process.ts'
import { sqliteError } from '../../../test/hooked-driver.ts'
import { World } from '../../../test/world.ts'
import { isReplicatorError } from '../errors.ts'
import { StateLock } from './state-lock.ts'

test('StateLock: held here → a second owner is refused; released → free', async () => {
  using world = new World()
  await world.follow() // makes the folder, and has the lock
  const acquire = (): StateLock => StateLock.acquire(world.driver, world.metaPath)
  assert.throws(
    acquire,
    (error) => isReplicatorError(error, 'REPLICATOR_LOCKED') && error.advice === 'give-up',
  )
  world.crash()
  acquire().release()
  assert.equal(statSync(`${world.metaPath}/lock`).size, 0, 'nothing is ever written to it')
})

test('StateLock: held by another process → refused; that one is killed → free', async () => {
  using world = new World()
  await world.follow()
  world.crash()
  await using other = await AppProcess.start(`${world.metaPath}/lock`)
  await other.exec('BEGIN EXCLUSIVE')
  assert.throws(
    () => StateLock.acquire(world.driver, world.metaPath),
    (error) => isReplicatorError(error, 'REPLICATOR_LOCKED'),
  )
  await other.kill()
  StateLock.acquire(world.driver, world.metaPath).release()
})

for (const [code, statement] of [
  ['SQLITE_CANTOPEN', 'open'],
  ['SQLITE_READONLY', 'BEGIN EXCLUSIVE'],
  ['SQLITE_IOERR_LOCK', 'BEGIN EXCLUSIVE'],
] as const) {
  test(`StateLock: ${code} at ${statement} → REPLICATOR_DISK, retried, not taken for another owner`, async () => {
    using world = new World()
    await world.follow()
    world.crash()
    world.driver.before((sql) => {
      if (sql.startsWith(statement)) throw sqliteError(code)
    })
    assert.throws(
      () => StateLock.acquire(world.driver, world.metaPath),
      (error) => isReplicatorError(error, 'REPLICATOR_DISK') && error.advice === 'retry',
    )
  })
}
