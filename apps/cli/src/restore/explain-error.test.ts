import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { encodeFileSpec } from '@ltx/format/testing'
import { toTxid } from '@ltx/format'
import { RestoreError } from '@ltx/restore'
import { test } from 'vitest'
import { describeError } from '../program/errors.ts'
import { explainRestoreError, isReplicaEmpty } from './explain-error.ts'

const places = { url: 'file:///backup/a', output: 'a.db' }

test('explainRestoreError: known codes → Litestream’s words first; others → as they are', () => {
  const nothing = new RestoreError('RESTORE_NOTHING', 'no files')
  assert.equal(
    describeError(explainRestoreError(nothing, places)),
    'no matching backup files available: RESTORE_NOTHING: no files',
  )
  const exists = new RestoreError('RESTORE_EXISTS', 'a.db exists; choose another output, or use force')
  assert.equal(
    describeError(explainRestoreError(exists, places)),
    'cannot restore: RESTORE_EXISTS: a.db exists; choose another output, or use -force',
  )
  const gap = new RestoreError('RESTORE_GAP', 'a gap')
  assert.equal(explainRestoreError(gap, places), gap)
  const other = new Error('other')
  assert.equal(explainRestoreError(other, places), other)
})

test('explainRestoreError: nothing at the place, and an output that cannot be written → what to look at', () => {
  const empty = new RestoreError('RESTORE_NOTHING', 'the replica holds no files')
  assert.equal(
    describeError(explainRestoreError(empty, places)),
    'no matching backup files available: RESTORE_NOTHING: the replica holds no files: is file:///backup/a the right place?',
  )
  const denied = Object.assign(new Error("EACCES: permission denied, open '/x/a.db.1.tmp'"), {
    code: 'EACCES',
  })
  assert.match(
    describeError(explainRestoreError(denied, places)),
    /^cannot write a\.db: give this user write permission for its directory, or choose .* -o: EACCES: permission denied, open/,
  )
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
