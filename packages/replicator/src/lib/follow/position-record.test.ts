import assert from 'node:assert/strict'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { formatFileName, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { writeRecord } from '../database/checked-record.ts'
import type { Position } from './position.ts'
import { readPosition, writePosition } from './position-record.ts'

const place = { salt1: 4_294_967_295, salt2: 2, offset: 8_589_934_592, checksum: [5, 4_294_967_295] as const }
const txid = toTxid(2n ** 63n)
const position: Position = { txid, pageSize: 512, commit: 9, wal: place, timestampMs: 17 }

/** A state folder; the level 0 file of the position ends with this file checksum. */
function world(fileChecksum = 7): SimEnv {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m/ltx/0')
  writeLevel0(env, fileChecksum)
  return env
}

function writeLevel0(env: SimEnv, fileChecksum: number): void {
  using file = env.blockingFiles.open(`/m/ltx/0/${formatFileName(txid, txid)}`, 'create')
  const bytes = new Uint8Array(200)
  bytes[199] = fileChecksum
  file.write(bytes, 0)
}

for (const [what, value] of [
  ['a place in the WAL', position],
  ['no WAL', { ...position, wal: null }],
] as const) {
  test(`position: ${what} → read back as it was written`, () => {
    const env = world()
    assert.equal(readPosition(env, '/m'), null)
    writePosition(env, '/m', value)
    assert.deepEqual(readPosition(env, '/m'), value)
  })
}

test('position: another file has its TXID now, or none has → none', () => {
  const env = world()
  writePosition(env, '/m', position)
  writeLevel0(env, 8)
  assert.equal(readPosition(env, '/m'), null)
  writeLevel0(env, 7)
  assert.deepEqual(readPosition(env, '/m'), position)
  env.blockingFiles.remove(`/m/ltx/0/${formatFileName(txid, txid)}`)
  assert.equal(readPosition(env, '/m'), null)
})

test('position: written while its file was not there → none, also when a file of that TXID comes', () => {
  const env = world()
  env.blockingFiles.remove(`/m/ltx/0/${formatFileName(txid, txid)}`)
  writePosition(env, '/m', position)
  assert.equal(readPosition(env, '/m'), null)
  writeLevel0(env, 7)
  assert.equal(readPosition(env, '/m'), null)
})

test('position: a record of an earlier version of ltx, without the checksum of its file → read', () => {
  const env = world()
  writeRecord(env, '/m', 'position', { ...position, txid: '8000000000000000', version: 1 })
  assert.deepEqual(readPosition(env, '/m'), position)
})

test('position: of another version, or without a TXID → none', () => {
  const env = world()
  writeRecord(env, '/m', 'position', { ...position, txid: '8000000000000000', version: 2 })
  assert.equal(readPosition(env, '/m'), null)
  writeRecord(env, '/m', 'position', { ...position, txid: '0000000000000000', version: 1 })
  assert.equal(readPosition(env, '/m'), null)
})
