import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { checkConfig } from './check-config.ts'
import { configYaml } from './config-yaml.ts'
import { effectiveConfig, FileMode, type EffectiveSection } from './effective-config.ts'
import { parseConfig } from './load-config.ts'
import { REPLICA_KEYS } from './replica-keys.ts'

const { io } = testIo({ workingDirectory: '/srv', environment: { LOG_LEVEL: '' } })

async function effective(text: string): Promise<EffectiveSection> {
  const config = parseConfig(text, 'x.yml', io)
  const { replicas } = await checkConfig(config, io)
  return effectiveConfig(config, replicas, io)
}

async function onlyDatabase(text: string): Promise<EffectiveSection> {
  const { dbs } = await effective(text)
  return (dbs as readonly EffectiveSection[])[0] ?? {}
}

test('effectiveConfig: an empty file → every default, and nothing that is off because it is empty', async () => {
  const found = await effective('')
  assert.deepEqual(found['snapshot'], { interval: '24h', retention: '24h' })
  assert.deepEqual(found['levels'], [{ interval: '30s' }, { interval: '5m' }, { interval: '1h' }])
  assert.deepEqual(found['socket'], {
    enabled: false,
    path: '/var/run/litestream.sock',
    permissions: new FileMode(0o600),
  })
  assert.deepEqual(found['dbs'], [])
  for (const key of ['addr', 'exec', 'heartbeat-url', 'sync-interval']) {
    assert.equal(key in found, false, key)
  }
})

test('effectiveConfig: a default that is taken away, a log type that is empty → an empty text, the type that counts', async () => {
  const found = await effective('socket: {path: ""}\nlogging: {type: ""}')
  assert.equal((found['socket'] as EffectiveSection)['path'], '')
  assert.equal((found['logging'] as EffectiveSection)['type'], 'text')
})

test('effectiveConfig: a database’s own snapshot settings, LOG_LEVEL → where they count', async () => {
  const config = parseConfig('dbs: [{path: /a, snapshot: {interval: 2h}, replica: {path: /r}}]', 'x.yml', io)
  const { replicas } = await checkConfig(config, io)
  const found = effectiveConfig(config, replicas, { ...io, environment: { LOG_LEVEL: 'DEBUG' } })
  assert.deepEqual(found['snapshot'], { interval: '2h', retention: '24h' })
  assert.equal((found['logging'] as EffectiveSection)['level'], 'debug')
  assert.equal('snapshot' in ((found['dbs'] as readonly EffectiveSection[])[0] ?? {}), false)
})

test('effectiveConfig: relative paths, a replica of its own → absolute, with the state folder', async () => {
  const found = await onlyDatabase('dbs: [{path: a.db, replica: {path: backup}}]')
  assert.equal(found['path'], '/srv/a.db')
  assert.equal(found['meta-path'], '/srv/.a.db-litestream')
  assert.deepEqual(found['replica'], {
    type: 'file',
    path: '/srv/backup',
    'sync-interval': '1s',
    'max-sync-ltx-files': 256,
  })
})

test('effectiveConfig: settings of the top level → handed down to the replica, only those that count there', async () => {
  const found = await onlyDatabase(
    'region: here\nbucket: shared\nskip-verify: true\nuser: me\nsync-interval: 5s\ndbs: [{path: /a, replica: {url: "s3://b/p"}}]',
  )
  assert.deepEqual(found['replica'], {
    type: 's3',
    url: 's3://b/p',
    region: 'here',
    'sign-payload': true,
    'skip-verify': true,
    'sync-interval': '5s',
    'max-sync-ltx-files': 256,
  })
})

test('effectiveConfig: a URL that says something itself → no default that contradicts it', async () => {
  const found = await onlyDatabase('dbs: [{path: /a, replica: {url: "s3://b/p?skipVerify=true"}}]')
  assert.deepEqual(found['replica'], {
    type: 's3',
    url: 's3://b/p?skipVerify=true',
    'sign-payload': true,
    'sync-interval': '1s',
    'max-sync-ltx-files': 256,
  })
})

test('effectiveConfig: an entry with dir → its own keys; no state folder but what is said', async () => {
  const found = await onlyDatabase(
    'dbs: [{dir: d, pattern: "*", meta-dir: m, recursive: yes, replica: {path: /r}}]',
  )
  const { dir, pattern, recursive, watch } = found
  assert.deepEqual(
    [dir, pattern, recursive, watch, found['meta-dir']],
    ['/srv/d', '*', true, false, '/srv/m'],
  )
  for (const key of ['path', 'meta-path', 'restore-if-db-not-exists']) assert.equal(key in found, false, key)
})

const SECRET = 'hunter2'
const secrets: readonly string[] = [
  `heartbeat-url: https://example.com/${SECRET}`,
  `exec: "app --api-key=${SECRET} postgres://me:${SECRET}@host/x"`,
  `access-key-id: ${SECRET}\nsecret-access-key: ${SECRET}\ndbs: [{path: /a, replica: {url: "s3://b/p"}}]`,
  `dbs: [{path: /a, replica: {url: "s3://b/p", endpoint: "https://me:${SECRET}@host"}}]`,
  `dbs: [{path: /a, replica: {url: "sftp://me:${SECRET}@host/p"}}]`,
  `dbs: [{path: /a, replica: {url: "webdav://me:${SECRET}@host/p"}}]`,
  `dbs: [{path: /a, replica: {type: webdav, webdav-url: "https://me:${SECRET}@host", webdav-password: ${SECRET}}}]`,
  `dbs: [{path: /a, replica: {url: "nats://${SECRET}@host/store"}}]`,
  `dbs: [{path: /a, replica: {url: "nats://host/store", username: me, password: ${SECRET}}}]`,
  `dbs: [{path: /a, replica: {url: "nats://host/store", token: ${SECRET}, jwt: ${SECRET}, seed: ${SECRET}}}]`,
  `dbs: [{path: /a, replica: {type: sftp, host: h, user: me, password: ${SECRET}}}]`,
  `dbs: [{path: /a, replica: {url: "abs://acc@con", sas-token: "sig=${SECRET}"}}]`,
  `dbs: [{path: /a, replica: {url: "abs://acc@con", account-key: ${SECRET}}}]`,
]
for (const text of secrets) {
  test(`effectiveConfig: ${text.slice(0, 70)}… → the secret shows neither in the result nor in an error`, async () => {
    try {
      const found = await effective(text)
      assert.doesNotMatch(JSON.stringify(found) + configYaml(found, ''), /hunter2/)
    } catch (error) {
      assert.ok(error instanceof Error && error.name === 'ConfigError', String(error))
      assert.doesNotMatch(error.message, /hunter2/)
    }
  })
}

test('effectiveConfig: each secret key of each storage, in the replica and at the top level → hidden', async () => {
  const replicas = {
    s3: 'url: "s3://b/p", access-key-id: hunter2, secret-access-key: hunter2',
    oss: 'url: "oss://bucket/p", access-key-id: hunter2, secret-access-key: hunter2',
    abs: 'url: "abs://acc@con/p"',
    sftp: 'url: "sftp://me@h/p"',
    webdav: 'url: "webdav://h/p"',
    nats: 'url: "nats://h/store", username: me, seed: hunter2',
  }
  let shown = 0
  for (const [name, key] of Object.entries(REPLICA_KEYS)) {
    if (key.kind === 'section' || key.kind === 'list' || key.secret !== true) continue
    for (const storage of key.storages ?? []) {
      const own = replicas[storage as keyof typeof replicas].replace(new RegExp(`, ${name}: \\w+`), '')
      const value = name === 'sse-customer-key' ? Buffer.alloc(32, 'hunter2').toString('base64') : SECRET
      for (const text of [
        `dbs: [{path: /a, replica: {${own}, ${name}: ${value}}}]`,
        `${name}: ${value}\ndbs: [{path: /a, replica: {${own}}}]`,
      ]) {
        const found = await effective(text).then(
          (config) => configYaml(config, '') + JSON.stringify(config),
          (error: unknown) => String(error),
        )
        if (found.includes(`${name}: xxxxx`)) shown++
        assert.equal(found.includes(value), false, `${name} of ${storage}: ${found}`)
      }
    }
  }
  assert.ok(shown > 10, `only ${shown} were there to be hidden`)
})
