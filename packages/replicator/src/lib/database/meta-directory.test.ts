import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { makeMetaDirectory } from './meta-directory.ts'

test("makeMetaDirectory: new → the database's owner, and who may read may enter", () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  makeMetaDirectory(env.blockingFiles, '/d/.m', { mode: 0o644, uid: 7, gid: 8 })
  for (const path of ['/d/.m', '/d/.m/ltx', '/d/.m/ltx/0']) {
    const stat = env.blockingFiles.stat(path)
    assert.deepEqual([stat?.mode, stat?.uid, stat?.gid], [0o755, 7, 8], path)
  }
})

test('makeMetaDirectory: it exists → as it was, but for the lock', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d/.m', { mode: 0o711 })
  makeMetaDirectory(env.blockingFiles, '/d/.m', { mode: 0o600, uid: 7, gid: 8 })
  assert.equal(env.blockingFiles.stat('/d/.m')?.mode, 0o711)
  assert.deepEqual(env.blockingFiles.list('/d/.m'), ['lock'])
})

test("makeMetaDirectory: the lock → made with the database's mode and owner; one that is there is not opened", () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  makeMetaDirectory(env.blockingFiles, '/d/.m', { mode: 0o440, uid: 7, gid: 8 })
  const stat = env.blockingFiles.stat('/d/.m/lock')
  assert.deepEqual([stat?.mode, stat?.uid, stat?.gid, stat?.size], [0o640, 7, 8, 0])
  let opened = 0
  const files = new Proxy(env.blockingFiles, {
    get(target, name) {
      if (name === 'open') opened++
      return Reflect.get(target, name).bind(target) as unknown
    },
  })
  makeMetaDirectory(files, '/d/.m', { mode: 0o600, uid: 9, gid: 9 })
  assert.deepEqual([opened, env.blockingFiles.stat('/d/.m/lock')?.uid], [0, 7])
})

test('makeMetaDirectory: only root may give files away → ours, no failure', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  env.files.failNext('setOwner', 'EPERM')
  makeMetaDirectory(env.blockingFiles, '/d/.m', { mode: 0o600, uid: 7, gid: 8 })
  assert.equal(env.blockingFiles.stat('/d/.m/ltx/0')?.kind, 'directory')
})
