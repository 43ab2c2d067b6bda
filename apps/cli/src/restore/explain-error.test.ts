import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { encodeFileSpec } from '@ltx/format/testing'
import { toTxid } from '@ltx/format'
import { RestoreError } from '@ltx/restore'
import { test } from 'vitest'
import { describeError } from '../program/errors.ts'
import { explainRestoreError, isReplicaEmpty } from './explain-error.ts'

test('explainRestoreError: known codes → Litestream’s words first; others → as they are', () => {
  const nothing = new RestoreError('RESTORE_NOTHING', 'no files')
  assert.equal(
    describeError(explainRestoreError(nothing)),
    'no matching backup files available: RESTORE_NOTHING: no files',
  )
  const exists = new RestoreError('RESTORE_EXISTS', 'a.db exists; choose another output, or use force')
  assert.equal(
    describeError(explainRestoreError(exists)),
    'cannot restore: RESTORE_EXISTS: a.db exists; choose another output, or use -force',
  )
  const gap = new RestoreError('RESTORE_GAP', 'a gap')
  assert.equal(explainRestoreError(gap), gap)
  const other = new Error('other')
  assert.equal(explainRestoreError(other), other)
})

test('isReplicaEmpty: nothing found and no files at all → yes; files, or another error → no', async () => {
  await using client = memoryClient()
  const { signal } = new AbortController()
  const nothing = new RestoreError('RESTORE_NOTHING', 'no files')
  assert.equal(await isReplicaEmpty(nothing, client, signal), true)
  assert.equal(await isReplicaEmpty(new RestoreError('RESTORE_GAP', 'a gap'), client, signal), false)
  const one = toTxid(1n)
  const page = { pageNumber: 1, data: new Uint8Array(512) }
  const bytes = encodeFileSpec({
    pageSize: 512,
    commit: 1,
    minTXID: 1n,
    maxTXID: 1n,
    timestampMs: 1,
    pages: [page],
  })
  await client.writeFile({ level: 3, minTXID: one, maxTXID: one }, async function* () {
    yield bytes
  })
  assert.equal(await isReplicaEmpty(nothing, client, signal), false)
})
