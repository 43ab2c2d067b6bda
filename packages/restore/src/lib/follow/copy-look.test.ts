import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { isRestoreError } from '../errors.ts'
import { isAsLeft, lookAtCopy, sameLook, txidOf } from './copy-look.ts'
import { changeCounterOf } from './page-one.ts'

const at = (
  txid: bigint,
): { pageSize: number; isRollbackMode: boolean; changeCounter: number; size: number } => ({
  pageSize: 512,
  isRollbackMode: true,
  changeCounter: changeCounterOf(txid),
  size: 1024,
})

test('copy look: as left → known; another counter, WAL mode, half a page → not', () => {
  assert.ok(isAsLeft(at(5n), toTxid(5n)))
  assert.ok(!isAsLeft(at(6n), toTxid(5n)))
  assert.ok(!isAsLeft({ ...at(5n), isRollbackMode: false }, toTxid(5n)))
  assert.ok(!isAsLeft({ ...at(5n), size: 1000 }, toTxid(5n)))
})

test('copy look: a transaction after the noted one → found up to the newest; nothing else', () => {
  assert.equal(txidOf(at(9n), toTxid(5n), 9n), 9n)
  assert.equal(txidOf(at(9n), toTxid(5n), 8n), null)
  assert.equal(txidOf(at(4n), toTxid(5n), 9n), null)
})

test('copy look: the same twice, any difference → told apart', () => {
  assert.ok(sameLook(at(1n), at(1n)))
  for (const change of [{ size: 512 }, { pageSize: 1024 }, { changeCounter: 0 }, { isRollbackMode: false }]) {
    assert.ok(!sameLook(at(1n), { ...at(1n), ...change }))
  }
})

test('copy look: no database → RESTORE_EXISTS', async () => {
  const env = simEnv({ seed: 1 })
  await using handle = await env.files.open('/x', 'create')
  await handle.write(new Uint8Array(200), 0)
  await assert.rejects(lookAtCopy(handle, '/x'), (error) => isRestoreError(error, 'RESTORE_EXISTS'))
})
