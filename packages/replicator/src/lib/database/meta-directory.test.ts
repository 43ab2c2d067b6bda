import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { makeMetaDirectory } from './meta-directory.ts'

test("makeMetaDirectory: new → the database's owner, and who may read may enter", () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  makeMetaDirectory(env, '/d/.m', { mode: 0o644, uid: 7, gid: 8 })
  for (const path of ['/d/.m', '/d/.m/ltx', '/d/.m/ltx/0']) {
    const stat = env.blockingFiles.stat(path)
    assert.deepEqual([stat?.mode, stat?.uid, stat?.gid], [0o755, 7, 8], path)
  }
})

test('makeMetaDirectory: it exists → not touched', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d/.m', { mode: 0o711 })
  makeMetaDirectory(env, '/d/.m', { mode: 0o600, uid: 7, gid: 8 })
  assert.equal(env.blockingFiles.stat('/d/.m')?.mode, 0o711)
  assert.deepEqual(env.blockingFiles.list('/d/.m'), [])
})

test('makeMetaDirectory: only root may give files away → ours, no failure', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/d')
  env.files.failNext('setOwner', 'EPERM')
  makeMetaDirectory(env, '/d/.m', { mode: 0o600, uid: 7, gid: 8 })
  assert.equal(env.blockingFiles.stat('/d/.m/ltx/0')?.kind, 'directory')
})
