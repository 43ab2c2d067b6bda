import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

test('reset: after a replicator → nothing but its lock file is left, and replication goes on', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const environment = { ...process.env, LITESTREAM_CONFIG: join(directory.path, 'none.yml') }
  const run = async (...words: readonly string[]): Promise<void> => {
    const { exitCode, output } = startInProcess(words, directory.path, { environment })
    assert.equal(await exitCode, 0, output.stderr)
  }
  const replica = `file://${directory.path}/replica`
  await run('replicate', '-once', 'app.db', replica)
  const before = await readdir(join(directory.path, '.app.db-litestream'))
  assert.ok(before.includes('ltx') && before.length > 2, before.join())
  await run('reset', 'app.db')
  assert.deepEqual(await readdir(join(directory.path, '.app.db-litestream')), ['lock'])
  await run('replicate', '-once', 'app.db', replica)
  await run('restore', '-integrity-check', 'full', '-o', 'copy.db', replica)
})
