import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import { replicaFromUrl, replicaSettings, resolveReplica } from './resolve-replica.ts'

const { io } = testIo({ workingDirectory: '/srv' })

const good: readonly [yaml: string, path: string][] = [
  ['{path: /backup}', '/backup'],
  ['{path: backup/app/}', '/srv/backup/app'],
  ['{path: ~/backup, type: file}', '/house/someone/backup'],
  ['{url: "file:///backup/app"}', '/backup/app'],
  ['{url: "FILE:///backup/a b?x=1"}', '/backup/a%20b'],
  ['{url: "file:///backup", type: s3}', '/backup'],
]
for (const [yaml, path] of good) {
  test(`resolveReplica: ${yaml} → ${path}`, () => {
    for (const entry of [`replica: ${yaml}`, `replicas: [${yaml}]`]) {
      const config = parseConfig(`dbs: [{path: /a, ${entry}}]`, 'x.yml', io)
      const [database] = config.databases
      assert.ok(database !== undefined)
      assert.deepEqual(resolveReplica(config, database, io), { type: 'file', path })
    }
  })
}

test('replicaFromUrl: a file URL → its path; another scheme → an error that hides the password', () => {
  assert.deepEqual(replicaFromUrl('file://backup/app', io), { type: 'file', path: '/backup/app' })
  assert.throws(
    () => replicaFromUrl('webdavs://u:secret@h/p', io),
    /^CommandError: replicas of type webdav are not/,
  )
  assert.throws(
    () => replicaFromUrl('file://u:secret@h/p', io),
    (error: unknown) => error instanceof Error && !error.message.includes('secret'),
  )
})

test('replicaSettings: the replica’s own, else the top level’s, else the default', () => {
  const yaml =
    'sync-interval: 5s\nauto-recover: true\ndbs: [{path: /a, replica: {path: /r, sync-interval: 2s}}]'
  const config = parseConfig(yaml, 'x.yml', io)
  const [database] = config.databases
  assert.ok(database !== undefined)
  const setting = replicaSettings(config, database)
  assert.equal(setting('sync-interval').duration('sync-interval'), 2000)
  assert.equal(setting('auto-recover').isOn('auto-recover'), true)
  assert.equal(setting('max-sync-ltx-files').integer('max-sync-ltx-files'), 256)
})
