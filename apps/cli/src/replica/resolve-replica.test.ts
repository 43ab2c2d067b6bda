import assert from 'node:assert/strict'
import { refuseUnknownKeys } from '@ltx/client-core'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { REPLICA_KEYS } from '../config/replica-keys.ts'
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

for (const [url, path] of [
  ['file:///C:/backup/app', 'C:\\backup\\app'],
  ['file://C:/backup', 'C:\\backup'],
  ['file:///backup', 'D:\\backup'],
] as const) {
  test(`replicaFromUrl, on Windows: ${url} → ${path}`, () => {
    const { io: windows } = testIo({ workingDirectory: 'D:\\srv', platform: 'win32' })
    assert.deepEqual(replicaFromUrl(url, windows), { type: 'file', path })
  })
}

test('replicaFromUrl: a URL → its place; an unknown scheme, or a password in a file URL → an error that hides it', () => {
  assert.deepEqual(replicaFromUrl('file://backup/app', io), { type: 'file', path: '/backup/app' })
  const url = 'webdavs://u:secret@h/p'
  const settings = { url, keys: {}, environment: io.environment }
  assert.deepEqual(replicaFromUrl(url, io), { type: 'webdav', settings, where: null })
  assert.throws(() => replicaFromUrl('ftp://u:secret@h/p', io), /unknown replica type/)
  assert.throws(
    () => replicaFromUrl('file://u:secret@h/p', io),
    (error: unknown) => error instanceof Error && !error.message.includes('secret'),
  )
})

const remote: readonly [yaml: string, replica: string, keys: Record<string, unknown>][] = [
  ['bucket: shared', '{url: "s3://b/p"}', {}],
  ['bucket: shared', '{url: "s3://b/p", bucket: own}', { bucket: 'own' }],
  ['bucket: shared', '{type: s3, path: p}', { bucket: 'shared', path: 'p' }],
  ['region: here', '{url: "s3://b", region: ""}', { region: 'here' }],
  ['region: here', '{url: "s3://b", region: there, sync-interval: 5s}', { region: 'there' }],
  ['part-size: 1mb', '{url: "s3://b"}', {}],
  ['skip-verify: true', '{url: "s3://b", skip-verify: false}', { 'skip-verify': true }],
  ['root-cas: [a, b]', '{url: "s3://b", part-size: 6MB}', { 'root-cas': ['a', 'b'], 'part-size': 6_000_000 }],
]
for (const [top, replica, keys] of remote) {
  test(`resolveReplica: ${top}, ${replica} → ${JSON.stringify(keys)}`, () => {
    const config = parseConfig(`${top}\ndbs: [{path: /a, replica: ${replica}}]`, 'x.yml', io)
    const [database] = config.databases
    assert.ok(database !== undefined)
    const place = resolveReplica(config, database, io)
    assert.ok(place.type === 's3')
    assert.deepEqual(place.settings.keys, keys)
    assert.equal(place.where, 'x.yml:2: dbs[/a].replica')
  })
}

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

test('REPLICA_KEYS: every key of the table → known to the storages', () => {
  const keys = Object.fromEntries(Object.keys(REPLICA_KEYS).map((key) => [key, '']))
  assert.doesNotThrow(() => refuseUnknownKeys('any', { keys, environment: {} }))
})

function resolve(top: string, own: string): unknown {
  const config = parseConfig(`${top}\ndbs:\n- path: /a\n  replica: {path: /r, ${own}}`, 'x.yml', io)
  return config.databases.map((database) => resolveReplica(config, database, io))
}

test('resolveReplica: a file URL with a password → an error at its line that hides it', () => {
  const config = parseConfig('dbs:\n- path: /a\n  replica:\n    url: file://u:secret@h/p', 'x.yml', io)
  const [database] = config.databases
  assert.ok(database !== undefined)
  assert.throws(() => resolveReplica(config, database, io), {
    name: 'ConfigError',
    message:
      'x.yml:4: dbs[/a].replica.url: CLIENT_BAD_OPTIONS: file client: a file:// URL has no user and no password',
  })
})

test('resolveReplica: age encryption in the replica, or at the top level → an error at its line; empty lists → none', () => {
  assert.throws(
    () => resolve('', 'age: {identities: [x]}'),
    /^ConfigError: x\.yml:4: dbs\[\/a\]\.replica\.age: age encry/,
  )
  assert.throws(() => resolve('age: {recipients: [x]}', ''), /^ConfigError: x\.yml:1: age: age encryption/)
  assert.ok(resolve('age: {recipients: []}', 'age: {identities: []}'))
})
