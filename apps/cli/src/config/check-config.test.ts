import assert from 'node:assert/strict'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { checkConfig } from './check-config.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo({ workingDirectory: '/srv' })

async function problemsOf(text: string): Promise<string[]> {
  try {
    await checkConfig(parseConfig(text, 'x.yml', io), io)
    return []
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'ConfigError', String(error))
    return error.message.split('\n')
  }
}

test('checkConfig: several things wrong → all of them, each with its line', async () => {
  const text = [
    'addr: localhost',
    'mcp-addr: ":99999"',
    'exec: "app \'x"',
    'dbs:',
    '- {path: /a, replica: {type: s3}}',
    '- {path: /a, replica: {path: /r}}',
    '- {path: /b, replica: {type: floppy}}',
    '- {path: /c}',
  ]
  assert.deepEqual(await problemsOf(text.join('\n')), [
    'x.yml:1: addr: must specify port for bind address: "localhost"',
    'x.yml:2: mcp-addr: the port of a bind address is a number up to 65535: ":99999"',
    "x.yml:3: exec: cannot parse exec command: ' is not closed",
    'x.yml:5: dbs[/a].replica: CLIENT_BAD_OPTIONS: s3: bucket required: give it as s3://BUCKET/PATH, or with the key `bucket`',
    'x.yml:6: /a is given twice: the entry in line 5 means it, too',
    'x.yml:7: dbs[/b].replica.type: unknown replica type in config: "floppy"; known are file, s3, gs, abs, sftp, webdav, nats, oss',
    'x.yml:8: dbs[/c]: must specify replica for database',
  ])
})

test('checkConfig: a socket without a path → an error where it is enabled', async () => {
  const [problem = ''] = await problemsOf('socket:\n  enabled: true\n  path: ""\n')
  assert.equal(problem, 'x.yml:3: socket.path: found nothing, expected where the socket is')
  assert.deepEqual(await problemsOf('socket: {path: ""}'), [])
})

test('checkConfig: two databases with one state folder → an error that names both', async () => {
  const [problem, ...more] = await problemsOf(
    'dbs: [{path: /a, meta-path: /m, replica: {path: /r}}, {path: /b, meta-path: /m, replica: {path: /s}}]',
  )
  assert.match(problem ?? '', /^x\.yml:1: \/a and \/b would keep their local state in one folder, \/m$/)
  assert.deepEqual(more, [])
})

test('checkConfig: two databases with one replica, however it is spelled → an error that names both and their lines', async () => {
  const pairs = [
    ['path: /srv/r', 'url: "file:///srv/x/../r/"'],
    ['url: "s3://b/p"', 'type: s3, bucket: b, path: p'],
    ['url: "sftp://me@h/p"', 'type: sftp, host: "h:22", user: me, path: /p'],
  ]
  for (const [first = '', second = ''] of pairs) {
    const text = `dbs:\n- {path: /a, replica: {${first}}}\n- {path: /b, replica: {${second}}}`
    const [problem, ...more] = await problemsOf(text)
    assert.match(problem ?? '', /^x\.yml:3: \/b and \/a \(line 2\) would be stored in one place, \w+:/)
    assert.deepEqual(more, [])
  }
})

test('checkConfig: the same path of two buckets, endpoints or storages → fine', async () => {
  const replicas = [
    'path: /p',
    'url: "s3://b/p"',
    'url: "s3://c/p"',
    'url: "s3://b/p", endpoint: "http://127.0.0.1:9000"',
    'url: "s3://b/p", endpoint: "http://127.0.0.1:9001"',
    'url: "gs://b/p"',
  ]
  const entries = replicas.map((replica, index) => `- {path: /${index}, replica: {${replica}}}`)
  assert.deepEqual(await problemsOf(['dbs:', ...entries].join('\n')), [])
})

test('checkConfig: nothing wrong, some things odd → warnings in the order of lines', async () => {
  const text = [
    'exec: app && other --token=abc',
    'dbs:',
    '- path: /a',
    '  replica:',
    '    bucket: b',
    '    path: /r',
    '    zzz: 1',
  ]
  const { replicas, warnings } = await checkConfig(parseConfig(text.join('\n'), 'x.yml', io), io)
  assert.deepEqual(replicas, [{ type: 'file', path: '/r' }])
  assert.deepEqual(warnings, [
    'x.yml:1: exec: what stands from "&" on is left out, for there is no shell; sh -c \'…\' runs it in one',
    'x.yml:5: dbs[/a].replica.bucket has no effect: it belongs to s3, gs, abs, nats, oss, and this replica is of the type file',
    'x.yml:7: dbs[0].replica.zzz is not a known key',
  ])
  const none = await checkConfig(parseConfig('', 'x.yml', io), io)
  assert.deepEqual(none.warnings, ['x.yml: dbs: there are no databases'])
})

test('checkConfig: a replica of each storage → fine, and nothing is made', async () => {
  await using directory = await temporaryDirectory()
  const place = testIo({ workingDirectory: directory.path })
  const replicas = [
    'path: backup',
    'url: "s3://b/p", sse-customer-key-path: nowhere',
    'url: "gs://b/p"',
    'url: "abs://account@container/p", account-key: AAAA',
    'url: "sftp://me@127.0.0.1:1/p", key-path: nowhere',
    'url: "webdav://127.0.0.1:1/p"',
    'url: "nats://127.0.0.1:1/store", creds: nowhere',
    'url: "oss://bucket/p", access-key-id: a, secret-access-key: b',
  ]
  const entries = replicas.map((replica, index) => `- {path: ${index}.db, replica: {${replica}}}`)
  const text = `addr: :9090\nsocket: {enabled: true, path: ltx.sock}\nlogging: {file: ltx.log}\ndbs:\n${entries.join('\n')}`
  const checked = await checkConfig(parseConfig(text, 'x.yml', place.io), place.io)
  assert.deepEqual(
    checked.replicas.map(({ type }) => type),
    ['file', 's3', 'gs', 'abs', 'sftp', 'webdav', 'nats', 'oss'],
  )
  assert.deepEqual(checked.warnings, [])
  assert.deepEqual(await readdir(join(directory.path)), [])
})

test('checkConfig: a database that is a symbolic link → a warning that names its line and the file; a link further up → none', async () => {
  await using directory = await temporaryDirectory()
  const at = (name: string): string => join(directory.path, name)
  await writeFile(at('app.db'), '')
  await symlink(at('app.db'), at('link.db'))
  await symlink(directory.path, at('folder'))
  const entries = ['link.db', 'folder/app.db', 'app.db', 'none.db'].map(
    (name) => `- {path: ${at(name)}, replica: {path: ${at(`replica-${name}`)}}}`,
  )
  const { warnings } = await checkConfig(parseConfig(['dbs:', ...entries].join('\n'), 'x.yml', io), io).catch(
    (error: unknown) => ({ warnings: [String(error)] }),
  )
  assert.equal(warnings.length, 1, warnings.join('\n'))
  assert.match(warnings[0] ?? '', /^x\.yml:2: .*link\.db is a symbolic link.*; use .*app\.db$/)
})
