import assert from 'node:assert/strict'
import { readFileSync, renameSync, copyFileSync } from 'node:fs'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { WalFollower } from '../follow/wal-follower.ts'
import { lockIsVisible, wasReplaced, type ActiveDatabase } from './active-database.ts'
import { openDatabase } from './open-database.ts'

/** Opened and pinned; nothing here follows. */
function active(world: World): ActiveDatabase & Disposable {
  const opened = openDatabase(world.env, world.driver, world.path, world.kept)
  opened.pin.begin()
  const follower = Object.create(WalFollower.prototype) as WalFollower
  return {
    ...opened,
    follower,
    lockIsVisible: lockIsVisible(world.env, opened),
    [Symbol.dispose]: () => {
      opened.pin.close()
      opened.files.close()
    },
  }
}

test('wasReplaced: nothing happened → no; one readFile in our process → yes, where the system shows locks', () => {
  using world = new World()
  using database = active(world)
  assert.equal(wasReplaced(world.env, database, true), false)
  readFileSync(world.path)
  assert.equal(wasReplaced(world.env, database, true), database.lockIsVisible)
  assert.equal(
    wasReplaced(world.env, { ...database, lockIsVisible: false }, true),
    false,
    'never seen, so never missed',
  )
})

test('wasReplaced: another file has the name → yes', () => {
  using world = new World()
  using database = active(world)
  copyFileSync(world.path, `${world.path}.new`)
  renameSync(`${world.path}.new`, world.path)
  assert.equal(wasReplaced(world.env, { ...database, lockIsVisible: false }, true), true)
})
