import assert from 'node:assert/strict'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { fileBytes } from './local-state.ts'
import { withStateLock } from './state-lock.ts'

test('withStateLock: no lock file → runs, and makes none', async () => {
  await using directory = await temporaryDirectory()
  assert.equal(await withStateLock(directory.path, () => Promise.resolve('done')), 'done')
  assert.equal(await fileBytes(join(directory.path, 'lock')), null)
})

test('withStateLock: a lock nobody holds → runs, holds it meanwhile, and leaves it empty', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'lock')
  new Sqlite(path).close()
  const other = new Sqlite(path, { timeout: 0 })
  await withStateLock(directory.path, () => {
    assert.throws(() => other.exec('BEGIN EXCLUSIVE'), /locked/)
    return Promise.resolve()
  })
  other.exec('BEGIN EXCLUSIVE')
  other.close()
})

test('withStateLock: a replicator holds it → an error, and nothing runs', async () => {
  await using directory = await temporaryDirectory()
  const replicator = new Sqlite(join(directory.path, 'lock'))
  replicator.exec('BEGIN EXCLUSIVE')
  const attempt = withStateLock(directory.path, () => assert.fail('ran'))
  await assert.rejects(attempt, /^CommandError: a replicator is at work/)
  replicator.close()
})
