import assert from 'node:assert/strict'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { formatFileName, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { ConfirmedRecord, readConfirmed } from './confirmed-record.ts'
import { LocalFiles } from './local-files.ts'

/** A state folder with level 0 files of these transactions. */
function world(...txids: readonly bigint[]): SimEnv {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m/ltx/0')
  for (const txid of txids) putFile(env, txid, Number(txid))
  return env
}

function putFile(env: SimEnv, txid: bigint, fileChecksum: number): void {
  using file = env.blockingFiles.open(`/m/ltx/0/${formatFileName(toTxid(txid), toTxid(txid))}`, 'create')
  file.write(new Uint8Array(200).fill(fileChecksum, 199), 0)
}

test('ConfirmedRecord: noted → read by another process; more is confirmed → that', () => {
  const env = world(1n, 2n, 3n)
  assert.equal(readConfirmed(env, '/m'), null)
  const record = new ConfirmedRecord({ env, metaPath: '/m' }, null)
  for (const txid of [2n, 3n]) {
    record.note(toTxid(txid))
    assert.equal(readConfirmed(env, '/m'), txid)
  }
})

test('ConfirmedRecord: nothing is confirmed, the folder is gone → no record, no error', () => {
  const env = world(1n)
  new ConfirmedRecord({ env, metaPath: '/m' }, null).note(null)
  assert.deepEqual(env.blockingFiles.list('/m'), ['ltx'])
  new ConfirmedRecord({ env, metaPath: '/nowhere' }, null).note(toTxid(1n))
  assert.equal(readConfirmed(env, '/nowhere'), null)
})

test('ConfirmedRecord: noted before → not written again', () => {
  const env = world(1n)
  const one = toTxid(1n)
  new ConfirmedRecord({ env, metaPath: '/m' }, one).note(one)
  assert.deepEqual(env.blockingFiles.list('/m'), ['ltx'])
})

test('readConfirmed: another file has that TXID now → the record is not believed', () => {
  const env = world(1n, 2n)
  new ConfirmedRecord({ env, metaPath: '/m' }, null).note(toTxid(2n))
  putFile(env, 2n, 99)
  assert.equal(readConfirmed(env, '/m'), null)
})

test('readConfirmed: files up to 4 were trimmed, with a record of before; with one of 6 → 4; 6', () => {
  const env = world(3n, 4n)
  const record = new ConfirmedRecord({ env, metaPath: '/m' }, null)
  record.note(toTxid(4n))
  for (const txid of [3n, 4n])
    env.blockingFiles.remove(`/m/ltx/0/${formatFileName(toTxid(txid), toTxid(txid))}`)
  for (const txid of [5n, 6n, 7n]) putFile(env, txid, Number(txid))
  assert.equal(readConfirmed(env, '/m'), 4n)
  record.note(toTxid(6n))
  assert.equal(readConfirmed(env, '/m'), 6n)
  new LocalFiles(env.blockingFiles, '/m').removeAll()
  assert.equal(readConfirmed(env, '/m'), null)
  assert.deepEqual(env.blockingFiles.list('/m'), [])
})
