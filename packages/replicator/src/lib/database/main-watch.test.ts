import assert from 'node:assert/strict'
import type { FileStat } from '@ltx/env'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { isUntouchedMain, rememberMain } from '../follow/main-identity.ts'
import { MainWatch } from './main-watch.ts'

const wal = { salt1: 1, salt2: 2, offset: 100, checksum: [3, 4] as const }

interface Scene {
  readonly env: SimEnv
  /** The database file with this change time. */
  readonly main: (ctimeNs: bigint) => FileStat
  /** Is this what is recorded of it? */
  readonly isRecorded: (ctimeNs: bigint) => boolean
}

function scene(): Scene {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m')
  env.blockingFiles.open('/a', 'create').close()
  const stat = env.blockingFiles.stat('/a')
  assert.ok(stat !== null)
  const main = (ctimeNs: bigint): FileStat => ({ ...stat, ctimeNs })
  return { env, main, isRecorded: (ctimeNs) => isUntouchedMain(env, '/m', main(ctimeNs)) }
}

test('MainWatch: never recorded, or changed since → suspect, and what is recorded stays until it has been compared', () => {
  const { env, main, isRecorded } = scene()
  assert.equal(new MainWatch(env, '/m', main(1n), false).isSuspect, true)
  rememberMain(env, '/m', main(1n))
  const watch = new MainWatch(env, '/m', main(2n), false)
  watch.saw(main(3n), { wal, backfilled: 1 })
  assert.deepEqual([watch.isSuspect, isRecorded(1n)], [true, true])
  watch.clear(main(3n))
  assert.deepEqual([watch.isSuspect, isRecorded(3n)], [false, true])
})

test('MainWatch: as it was recorded, or proven otherwise → not suspect, recorded', () => {
  const { env, main, isRecorded } = scene()
  assert.equal(new MainWatch(env, '/m', main(1n), true).isSuspect, false)
  assert.equal(isRecorded(1n), true)
  assert.equal(new MainWatch(env, '/m', main(1n), false).isSuspect, false)
})

test('MainWatch: the file changes and frames were moved → recorded', () => {
  const { env, main, isRecorded } = scene()
  const watch = new MainWatch(env, '/m', main(1n), true)
  watch.saw(main(1n), { wal, backfilled: 0 })
  watch.saw(main(2n), { wal, backfilled: 4 })
  assert.deepEqual([watch.isSuspect, isRecorded(2n)], [false, true])
  watch.saw(main(3n), { wal: { ...wal, salt1: 9 }, backfilled: 4 })
  assert.deepEqual([watch.isSuspect, isRecorded(3n)], [false, true])
})

test('MainWatch: the file changes, and no frames were moved for five seconds → suspect, not recorded', async () => {
  const { env, main, isRecorded } = scene()
  const watch = new MainWatch(env, '/m', main(1n), true)
  const same = { wal, backfilled: 4 }
  watch.saw(main(1n), same)
  watch.saw(main(2n), same)
  await env.clock.advance(4999)
  watch.saw(main(2n), same)
  assert.deepEqual([watch.isSuspect, isRecorded(1n)], [false, true])
  await env.clock.advance(1)
  watch.saw(main(2n), same)
  assert.deepEqual([watch.isSuspect, isRecorded(1n)], [true, true])
})

test('MainWatch: a checkpoint tells late how far it came → not suspect', async () => {
  const { env, main } = scene()
  const watch = new MainWatch(env, '/m', main(1n), true)
  watch.saw(main(1n), { wal, backfilled: 4 })
  watch.saw(main(2n), { wal, backfilled: 4 })
  await env.clock.advance(6000)
  watch.saw(main(2n), { wal, backfilled: 5 })
  assert.equal(watch.isSuspect, false)
})
