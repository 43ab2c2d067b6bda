import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { nodeEnv, silentLogger } from '@ltx/env/node'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase, makeReplica, makeSoundReplica } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { adHocConfig } from '../config/ad-hoc-config.ts'
import { fileBytes } from '../local/local-state.ts'
import { restoreMissing } from './restore-missing.ts'

const configured = 'dbs: [{path: app.db, restore-if-db-not-exists: true, replica: {path: replica}}]'

test('replicate: the file asks for it and a backup is there → restored, then replicated', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  await writeFile(join(directory.path, 'x.yml'), configured)
  const { exitCode, output } = startInProcess(['replicate', '-once', '-config', 'x.yml'], directory.path)
  assert.equal(await exitCode, 0, output.stderr)
  assert.match(output.stdout, /msg="database restored" path=\S+app\.db txid=0000000000000001/)
  const database = new Sqlite(join(directory.path, 'app.db'), { readonly: true })
  assert.deepEqual(database.prepare('SELECT count(*) AS n FROM note').get(), { n: 3 })
  database.close()
})

test('replicate: the replica is that of another database as well → an error, and nothing is restored from it', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const yaml = `${configured.slice(0, -1)}, {path: other.db, replica: {path: ./replica}}]`
  await writeFile(join(directory.path, 'x.yml'), yaml)
  const { exitCode, output } = startInProcess(['replicate', '-once', '-config', 'x.yml'], directory.path)
  assert.equal(await exitCode, 1)
  assert.match(output.stderr, /other\.db and .*app\.db \(line 1\) would be stored in one place/)
  assert.equal(await fileBytes(join(directory.path, 'app.db')), null)
})

test('replicate -restore-if-db-not-exists: there is a database → left alone', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const words = [
    'replicate',
    '-once',
    '-restore-if-db-not-exists',
    'app.db',
    `file://${directory.path}/replica`,
  ]
  const { exitCode, output } = startInProcess(words, directory.path)
  assert.equal(await exitCode, 0, output.stderr)
  assert.match(output.stdout, /database already exists, skipping restore/)
})

test('replicate -restore-if-db-not-exists: no backup → says so and goes on', async () => {
  await using directory = await temporaryDirectory()
  const words = ['replicate', '-restore-if-db-not-exists', 'app.db', `file://${directory.path}/replica`]
  const running = startInProcess(words, directory.path)
  await running.says('no backup found, skipping restore')
  await running.says('does not exist yet')
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
})

test('replicate -restore-if-db-not-exists: a backup that is broken → an error, and nothing is replicated', async () => {
  await using directory = await temporaryDirectory()
  const replica = join(directory.path, 'replica')
  await makeReplica(replica)
  await rm(join(replica, 'ltx', '9'), { recursive: true })
  const words = ['replicate', '-once', '-restore-if-db-not-exists', 'app.db', `file://${replica}`]
  const { exitCode, output } = startInProcess(words, directory.path)
  assert.equal(await exitCode, 1)
  assert.match(output.stderr, /^Error: cannot restore .*app\.db: RESTORE_/)
  assert.equal(await fileBytes(join(directory.path, 'app.db')), null)
})

test('restoreMissing: stopped → the reason itself, and no database', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  const { io } = testIo({ workingDirectory: directory.path })
  const config = adHocConfig('app.db', `file://${directory.path}/replica`, io)
  const reason = new Error('stop')
  const job = { config, all: true, env: nodeEnv(), logger: silentLogger, io }
  await assert.rejects(restoreMissing(job, AbortSignal.abort(reason)), reason)
  assert.equal(await fileBytes(join(directory.path, 'app.db')), null)
})
