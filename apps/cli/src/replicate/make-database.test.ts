import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'vitest'
import type { Logger } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { databaseBelow } from '../config/database-below.ts'
import { parseConfig } from '../config/load-config.ts'
import { makeDatabase } from './make-database.ts'
import { Monitoring } from './monitoring.ts'

test('makeDatabase: one of a directory → its replica below that of the entry, its state where the entry says', async () => {
  await using temporary = await temporaryDirectory()
  const { io } = testIo({ workingDirectory: temporary.path })
  const yaml = `dbs: [{dir: data, pattern: '*', meta-dir: meta, replica: {path: 'all replicas', sync-interval: 5s}}]`
  const config = parseConfig(yaml, 'x.yml', io)
  const [entry] = config.databases
  assert.ok(entry)
  const messages: string[] = []
  const logger: Logger = { log: (_level, message) => void messages.push(message), with: () => logger }
  const env = nodeEnv()
  const job = { config, env, io, logger, once: null, exec: null, restoreMissing: false }
  const monitoring = await Monitoring.create(job)
  const path = join(temporary.path, 'data', 'sub dir', 'a.db')
  const made = await makeDatabase(job, { monitoring }, databaseBelow(entry, path))
  assert.equal(made.path, path)
  assert.equal(made.client.url, `file://${temporary.path}/all replicas/sub dir/a.db`)
  assert.equal(made.settings.metaPath, join(temporary.path, 'meta/sub dir/a.db-litestream'))
  assert.equal(made.settings.syncIntervalMs, 5000)
  assert.deepEqual(messages, ['replicating'])
  await made.client.close()
})
