import assert from 'node:assert/strict'
import type { FileStat } from '@ltx/env'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import type { Position } from './position.ts'
import {
  mainFactsOf,
  readSeal,
  sealHolds,
  sealWaitMs,
  timeStepMs,
  writeSeal,
  type MainFacts,
} from './seal.ts'

const stat: FileStat = {
  kind: 'file',
  size: 8192,
  mtimeNs: 1_700_000_000_123_456_789n,
  ctimeNs: 1_700_000_000_123_456_789n,
  dev: 1n,
  ino: 2n ** 60n,
  mode: 0o644,
  uid: 0,
  gid: 0,
}
const place = { salt1: 1, salt2: 2, offset: 4152, checksum: [3, 4] as const }
const position: Position = { txid: toTxid(5n), pageSize: 4096, commit: 2, wal: place, timestampMs: 0 }
const main = mainFactsOf(stat)

test('seal: written and read → the same; none → none', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m')
  assert.equal(readSeal(env, '/m'), null)
  writeSeal(env, '/m', { position, main })
  assert.deepEqual(readSeal(env, '/m'), { position, main })
})

const rows: readonly [situation: string, Position, MainFacts, holds: boolean][] = [
  ['all as it was', position, main, true],
  ['a newer position', { ...position, txid: toTxid(6n) }, main, false],
  ['another place', { ...position, wal: { ...place, offset: 32 } }, main, false],
  ['another pair', { ...position, wal: { ...place, checksum: [3, 5] } }, main, false],
  ['no WAL', { ...position, wal: null }, main, false],
  ['another inode', position, { ...main, ino: '7' }, false],
  ['another device', position, { ...main, dev: '7' }, false],
  ['another size', position, { ...main, size: 1 }, false],
  ['written a nanosecond later', position, { ...main, mtimeNs: `${stat.mtimeNs + 1n}` }, false],
  [
    'changed a nanosecond later, times set back',
    position,
    { ...main, ctimeNs: `${stat.ctimeNs + 1n}` },
    false,
  ],
]

for (const [situation, now, found, holds] of rows) {
  test(`sealHolds: ${situation} → ${holds}`, () => {
    assert.equal(sealHolds({ position, main }, now, found), holds)
  })
}

test('sealHolds: no seal → no; sealed without a WAL, and none known → yes', () => {
  assert.equal(sealHolds(null, position, main), false)
  const bare = { ...position, wal: null }
  assert.equal(sealHolds({ position: bare, main }, bare, main), true)
})

test('timeStepMs: times with parts of a millisecond → fine; whole milliseconds → as coarse as FAT', () => {
  assert.equal(timeStepMs(stat), 100)
  assert.equal(timeStepMs({ ...stat, ctimeNs: 1_700_000_000_123_000_000n }), 2000)
})

test('sealWaitMs: just changed → the step; long ago → none; changed in the future → that much longer', () => {
  const changedMs = 1_700_000_000_123
  assert.equal(sealWaitMs(stat, changedMs), 101)
  assert.equal(sealWaitMs(stat, changedMs + 5000), 0)
  assert.equal(sealWaitMs(stat, changedMs - 5000), 5101)
})
