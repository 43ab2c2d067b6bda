import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { locksOn } from './lock-table.ts'
import { makeMetaDirectory } from './meta-directory.ts'
import { StateLock } from './state-lock.ts'

test("makeMetaDirectory: new → the database's owner, and who may read may enter", () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  makeMetaDirectory(env, '/d/.m', { mode: 0o644, uid: 7, gid: 8 })
  for (const path of ['/d/.m', '/d/.m/ltx', '/d/.m/ltx/0']) {
    const stat = env.blockingFiles.stat(path)
    assert.deepEqual([stat?.mode, stat?.uid, stat?.gid], [0o755, 7, 8], path)
  }
})

test('makeMetaDirectory: it exists → as it was, but for the lock', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d/.m', { mode: 0o711 })
  makeMetaDirectory(env, '/d/.m', { mode: 0o600, uid: 7, gid: 8 })
  assert.equal(env.blockingFiles.stat('/d/.m')?.mode, 0o711)
  assert.deepEqual(env.blockingFiles.list('/d/.m'), ['lock'])
})

test("makeMetaDirectory: the lock → made with the database's mode and owner; one that is there is not opened", () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  makeMetaDirectory(env, '/d/.m', { mode: 0o440, uid: 7, gid: 8 })
  const stat = env.blockingFiles.stat('/d/.m/lock')
  assert.deepEqual([stat?.mode, stat?.uid, stat?.gid, stat?.size], [0o640, 7, 8, 0])
  let opened = 0
  const files = new Proxy(env.blockingFiles, {
    get(target, name) {
      if (name === 'open') opened++
      return Reflect.get(target, name).bind(target) as unknown
    },
  })
  makeMetaDirectory({ ...env, blockingFiles: files }, '/d/.m', { mode: 0o600, uid: 9, gid: 9 })
  assert.deepEqual([opened, env.blockingFiles.stat('/d/.m/lock')?.uid], [0, 7])
})

test('makeMetaDirectory: only root may give files away → ours, no failure', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  env.files.failNext('setOwner', 'EPERM')
  makeMetaDirectory(env, '/d/.m', { mode: 0o600, uid: 7, gid: 8 })
  assert.equal(env.blockingFiles.stat('/d/.m/ltx/0')?.kind, 'directory')
})

test('makeMetaDirectory: another Store of this process takes the lock while it is being made → it keeps it: no descriptor of that file is closed', () => {
  using world = new World()
  const { env, driver, metaPath } = world
  env.blockingFiles.makeDirectory(`${metaPath}/ltx/0`)
  const other: StateLock[] = []
  const blockingFiles = new Proxy(env.blockingFiles, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args)
        if (name === 'open') other.push(StateLock.acquire(driver, metaPath))
        return result
      }
    },
  })
  makeMetaDirectory({ ...env, blockingFiles }, metaPath, { mode: 0o600, uid: 0, gid: 0 })
  const ino = env.blockingFiles.stat(`${metaPath}/lock`)?.ino ?? 0n
  assert.equal(other.length, 1)
  const locks = locksOn(env.blockingFiles, ino)
  assert.ok(locks === null || locks.some(({ isWrite }) => isWrite), 'other processes are kept out')
  for (const lock of other) lock.release()
  assert.deepEqual(env.blockingFiles.list(metaPath), ['lock', 'ltx'])
})
