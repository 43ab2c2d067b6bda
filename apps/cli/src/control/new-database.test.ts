import assert from 'node:assert/strict'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import { ControlError } from './control-error.ts'
import { newDatabase, type NewDatabaseParts } from './new-database.ts'

function parts(yaml: string): NewDatabaseParts {
  const { io } = testIo()
  const monitoring = { observer: () => undefined }
  return { monitoring, config: parseConfig(yaml, 'litestream.yml', io), env: nodeEnv(), io }
}

test('newDatabase: a directory → its client, and the defaults of the configuration’s top level', async () => {
  const made = await newDatabase(
    '/data/app.db',
    'file:///backup/app',
    parts('sync-interval: 3s\nmax-sync-ltx-files: 7'),
  )
  assert.deepEqual([made.path, made.client.url], ['/data/app.db', 'file:///backup/app'])
  assert.deepEqual([made.settings.syncIntervalMs, made.settings.maxSyncLtxFiles], [3000, 7])
  await made.client.close()
})

test('newDatabase: S3 → credentials and endpoint of the top level count, as for an entry of the file', async () => {
  const yaml =
    'access-key-id: a\nsecret-access-key: s\nendpoint: http://127.0.0.1:9\nregion: here\nbucket: other'
  const made = await newDatabase('/data/app.db', 's3://bucket/prefix', parts(yaml))
  assert.deepEqual([made.client.type, made.client.url], ['s3', 's3://bucket/prefix?endpoint=127.0.0.1:9'])
  await made.client.close()
})

const bad: readonly [url: string, message: RegExp][] = [
  ['/backup/app', /replica url scheme required/],
  ['fle:///backup/app', /unknown replica type in config: "fle"/],
  ['s3://me:secret@bucket/prefix', /^invalid replica url: CLIENT_BAD_OPTIONS: s3: credentials do not belong/],
  ['s3://bucket/prefix?regoin=x', /region/],
]
for (const [url, message] of bad) {
  test(`newDatabase: ${url} → 400, and no secret is told`, async () => {
    await assert.rejects(
      newDatabase('/data/app.db', url, parts('')),
      (error) =>
        error instanceof ControlError &&
        error.status === 400 &&
        message.test(error.message) &&
        !error.message.includes('secret@'),
    )
  })
}

test('newDatabase: a failure that has nothing to do with the URL → told as it is', async () => {
  const given = parts('')
  const files = { ...given.env.files, stat: () => Promise.reject(new Error('broken disk')) }
  const broken = { ...given, env: { ...given.env, files } }
  await assert.rejects(newDatabase('/data/app.db', 'file:///backup/app', broken), /^Error: broken disk$/)
})
