import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { writeRecord } from '../database/checked-record.ts'
import type { Position } from './position.ts'
import { readPosition, writePosition } from './position-record.ts'

const place = { salt1: 4_294_967_295, salt2: 2, offset: 8_589_934_592, checksum: [5, 4_294_967_295] as const }
const position: Position = { txid: toTxid(2n ** 63n), pageSize: 512, commit: 9, wal: place, timestampMs: 17 }

for (const [what, value] of [
  ['a place in the WAL', position],
  ['no WAL', { ...position, wal: null }],
] as const) {
  test(`position: ${what} → read back as it was written`, () => {
    const env = simEnv({ seed: 1 })
    env.blockingFiles.makeDirectory('/m')
    assert.equal(readPosition(env, '/m'), null)
    writePosition(env, '/m', value)
    assert.deepEqual(readPosition(env, '/m'), value)
  })
}

test('position: of another version, or without a TXID → none', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m')
  writeRecord(env, '/m', 'position', { ...position, txid: '8000000000000000', version: 2 })
  assert.equal(readPosition(env, '/m'), null)
  writeRecord(env, '/m', 'position', { ...position, txid: '0000000000000000', version: 1 })
  assert.equal(readPosition(env, '/m'), null)
})
