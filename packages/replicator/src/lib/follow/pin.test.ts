import assert from 'node:assert/strict'
import { test } from 'vitest'
import { sqliteError } from '../../../test/hooked-driver.ts'
import { betterSqlite3Driver } from '../../better-sqlite3.ts'
import { nodeSqliteDriver } from '../../node-sqlite.ts'
import { World } from '../../../test/world.ts'
import { Pin, sqliteCode } from './pin.ts'

test('handOver: not covered → refused, the old pin goes on holding what nobody has read', () => {
  using world = new World()
  using pin = Pin.open(world.driver, world.path)
  assert.equal(pin.begin(), true)
  const held = pin.pinned
  world.insert(1)
  assert.equal(pin.handOver(), false)
  assert.equal(pin.pinned, held)
  assert.equal(world.checkpoint('TRUNCATE').busy, 1)
})

test('handOver: covered → the other connection holds it, there is no moment without a pin', () => {
  using world = new World()
  using pin = Pin.open(world.driver, world.path)
  pin.begin()
  pin.covered = true
  const [before, idle] = [pin.pinned, pin.idle]
  let heldAtEnd = false
  world.driver.once('COMMIT', () => {
    heldAtEnd = idle.inTransaction && before.inTransaction
  })
  assert.equal(pin.handOver(), true)
  assert.deepEqual([heldAtEnd, pin.pinned, pin.covered], [true, idle, true])
})

test('movedAfter: what SQLite said last before the hand-over, whatever it says later', () => {
  using world = new World()
  using pin = Pin.open(world.driver, world.path)
  pin.begin()
  pin.published()
  pin.covered = true
  pin.handOver()
  world.insert(1)
  pin.published()
  assert.equal(pin.movedAfter?.frames, 2)
})

test('handOver: the new one cannot begin → rolled back, the old one stays', () => {
  using world = new World()
  using pin = Pin.open(world.driver, world.path)
  pin.begin()
  pin.covered = true
  world.driver.once('user_version', () => {
    throw sqliteError('SQLITE_PROTOCOL')
  })
  assert.equal(pin.handOver(), false)
  assert.deepEqual([pin.isHeld, pin.idle.inTransaction, pin.covered], [true, false, true])
})

test('published: frames and backfilled; busy or an error → no answer, never zero', () => {
  using world = new World()
  using pin = Pin.open(world.driver, world.path)
  pin.begin()
  assert.deepEqual(pin.published(), { kind: 'published', frames: 2, backfilled: 0 })
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL']) {
    world.driver.once('main.wal_checkpoint(NOOP)', () => {
      throw sqliteError(code)
    })
    assert.deepEqual(pin.published(), { kind: 'no-answer' })
  }
  world.driver.once('main.wal_checkpoint(NOOP)', () => {
    throw sqliteError('SQLITE_CORRUPT')
  })
  assert.throws(() => pin.published(), { code: 'SQLITE_CORRUPT' })
})

test('Pin: a schema that does not parse → a pin all the same', () => {
  using world = new World()
  world.app.unsafeMode(true)
  world.app.pragma('writable_schema=1')
  world.app.exec("UPDATE sqlite_schema SET sql = 'CREATE TABEL t (oops' WHERE name = 't'")
  using pin = Pin.open(world.driver, world.path)
  assert.equal(pin.begin(), true)
  assert.equal(pin.published().kind, 'published')
})

for (const driver of [betterSqlite3Driver(), nodeSqliteDriver()]) {
  test(`Pin: closed (${driver.name}) → not held and not covered, also for a snapshot that has read under it`, () => {
    using world = new World()
    const pin = Pin.open(driver, world.path)
    pin.begin()
    pin.covered = true
    assert.deepEqual([pin.isHeld, pin.covered], [true, true])
    pin.close()
    assert.deepEqual([pin.isHeld, pin.covered], [false, false])
  })
}

test('lockWrites: a writer is there → waits briefly, then no; free → yes, and the busy timeout is 0 again', () => {
  using world = new World()
  using pin = Pin.open(world.driver, world.path)
  pin.begin()
  world.app.exec('BEGIN IMMEDIATE')
  assert.equal(pin.lockWrites(), false)
  assert.equal(pin.idle.inTransaction, false)
  world.app.exec('COMMIT')
  assert.equal(pin.lockWrites(), true)
  assert.equal(pin.idle.pragma('busy_timeout')[0]?.['timeout'], 0)
  pin.unlockWrites()
})

test('sqliteCode: of better-sqlite3, of node:sqlite with an extended code, of anything else', () => {
  assert.equal(sqliteCode(sqliteError('SQLITE_BUSY_SNAPSHOT')), 'SQLITE_BUSY_SNAPSHOT')
  assert.equal(
    sqliteCode(Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode: 517 })),
    'SQLITE_BUSY',
  )
  assert.equal(sqliteCode(Object.assign(new Error('x'), { code: 'ENOENT' })), '')
  assert.equal(sqliteCode(null), '')
})
