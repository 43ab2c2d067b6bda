import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { isReplicatorError } from '../errors.ts'
import { openDatabase } from './open-database.ts'

function open(world: World): boolean {
  const { pin, files, switchedToWal } = openDatabase(world.env, world.driver, world.path, world.kept)
  pin.close()
  files.close()
  return switchedToWal
}

test('openDatabase: in WAL mode → opened as it is; in another → switched, once', () => {
  using world = new World()
  assert.equal(open(world), false)
  world.app.pragma('journal_mode=delete')
  assert.deepEqual([open(world), open(world)], [true, false])
})

test('openDatabase: in another mode and in use → REPLICATOR_NOT_WAL, retried', () => {
  using world = new World()
  world.app.pragma('journal_mode=delete')
  world.app.exec('BEGIN; INSERT INTO t (data) VALUES (1)')
  assert.throws(
    () => open(world),
    (error) => isReplicatorError(error, 'REPLICATOR_NOT_WAL') && error.advice === 'retry',
  )
})

test('openDatabase: not a database → REPLICATOR_NOT_A_DATABASE, and no connection stays open', () => {
  using world = new World()
  world.app.close()
  world.writeDatabase(new TextEncoder().encode('no database, but long enough. '.repeat(200)))
  assert.throws(
    () => open(world),
    (error) => isReplicatorError(error, 'REPLICATOR_NOT_A_DATABASE'),
  )
  const count = (sql: string): number => world.driver.statements.filter((each) => each.startsWith(sql)).length
  assert.equal(count('close'), count('open '))
})
