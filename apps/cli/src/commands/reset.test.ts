import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess, type InProcess } from '../../test/in-process.ts'
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

test('reset: a daemon follows the database, which sleeps → an error, and nothing is removed; it has ended → removed', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const environment = { ...process.env, LITESTREAM_CONFIG: join(directory.path, 'none.yml') }
  const start = (...words: readonly string[]): InProcess =>
    startInProcess(words, directory.path, { environment })
  const replica = `file://${directory.path}/replica`
  assert.equal(await start('replicate', '-once', 'app.db', replica).exitCode, 0)
  const folder = join(directory.path, '.app.db-litestream')
  const daemon = start('replicate', '-log-level', 'debug', 'app.db', replica)
  await daemon.says('state=dormant')
  while (!existsSync(join(folder, 'daemon'))) await new Promise((resolve) => setTimeout(resolve, 5))
  const before = await readdir(join(folder, 'ltx/0'))
  const refused = start('reset', 'app.db')
  assert.equal(await refused.exitCode, 1)
  assert.match(
    refused.output.stderr,
    /^Error: a replicator is at work on this database, which is at rest just now/,
  )
  assert.equal(refused.output.stdout, '')
  assert.deepEqual(await readdir(join(folder, 'ltx/0')), before)
  daemon.signal('SIGTERM')
  assert.equal(await daemon.exitCode, 0)
  const reset = start('reset', 'app.db')
  assert.equal(await reset.exitCode, 0, reset.output.stderr)
  assert.deepEqual(await readdir(folder), ['lock'])
})
