import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { writeRecord } from '../database/checked-record.ts'
import { forgetOtherMain, isSameMain, isUntouchedMain, rememberMain } from './main-identity.ts'

function world(): ReturnType<typeof simEnv> {
  const env = simEnv({ seed: 1 })
  for (const directory of ['/state', '/data']) env.blockingFiles.makeDirectory(directory)
  for (const name of ['/data/a', '/data/b', '/state/position', '/state/seal']) {
    env.blockingFiles.open(name, 'create').close()
  }
  return env
}

const statOf = (
  env: ReturnType<typeof simEnv>,
  path: string,
): NonNullable<ReturnType<typeof env.blockingFiles.stat>> => {
  const stat = env.blockingFiles.stat(path)
  assert.ok(stat !== null)
  return stat
}

test('isSameMain: nothing recorded → yes; the same file → yes; another inode → no', () => {
  const env = world()
  const [a, b] = [statOf(env, '/data/a'), statOf(env, '/data/b')]
  assert.equal(isSameMain(env, '/state', a), true)
  rememberMain(env, '/state', a)
  assert.deepEqual([isSameMain(env, '/state', a), isSameMain(env, '/state', b)], [true, false])
  assert.equal(isSameMain(env, '/state', { ...a, dev: a.dev + 1n }), true)
})

test('forgetOtherMain: another file → position and seal go; the same one, or nothing recorded → they stay', () => {
  const env = world()
  forgetOtherMain(env, '/state', statOf(env, '/data/a'))
  rememberMain(env, '/state', statOf(env, '/data/a'))
  forgetOtherMain(env, '/state', statOf(env, '/data/a'))
  assert.deepEqual(env.blockingFiles.list('/state'), ['main', 'position', 'seal'])
  forgetOtherMain(env, '/state', statOf(env, '/data/b'))
  assert.deepEqual(env.blockingFiles.list('/state'), ['main'])
})

test('isUntouchedMain: as remembered → yes; written to, or the machine was started again → no', () => {
  const env = world()
  const main = statOf(env, '/data/a')
  assert.equal(isUntouchedMain(env, '/state', main), false)
  rememberMain(env, '/state', main)
  assert.equal(isUntouchedMain(env, '/state', main), true)
  assert.equal(isUntouchedMain(env, '/state', { ...main, ctimeNs: main.ctimeNs + 1n }), false)
  assert.equal(isUntouchedMain({ ...env, bootId: 'another' }, '/state', main), false)
})

test('isUntouchedMain: recorded by an earlier version, without times → not known, so no', () => {
  const env = world()
  const main = statOf(env, '/data/a')
  writeRecord(env, '/state', 'main', { version: 1, ino: `${main.ino}` })
  assert.deepEqual([isSameMain(env, '/state', main), isUntouchedMain(env, '/state', main)], [true, false])
})
