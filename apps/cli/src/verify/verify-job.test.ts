import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { verifyJob } from '../../test/verify-job.ts'
import { checkIntegrity, placeFor } from './verify-job.ts'

test('placeFor: a directory that was asked for, a state folder, neither → there; there; the system’s', async () => {
  await using directory = await temporaryDirectory()
  const job = verifyJob(memoryClient())
  for (const [changes, parent] of [
    [{ directory: directory.path, metaPath: '/does/not/exist' }, directory.path],
    [{ metaPath: directory.path }, directory.path],
    [{}, tmpdir()],
  ] as const) {
    await using place = await placeFor({ ...job, ...changes })
    assert.equal(place.parent, parent)
  }
})

test('checkIntegrity: a sound database, also at low priority; no database → fine; what SQLite says', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  for (const niceness of [0, 19]) {
    const { found } = await checkIntegrity(verifyJob(memoryClient(), { niceness }), path)
    assert.equal(found, 'SQLite finds nothing wrong')
  }
  await writeFile(path, 'x'.repeat(4096))
  await assert.rejects(checkIntegrity(verifyJob(memoryClient()), path), /file is not a database/)
})
