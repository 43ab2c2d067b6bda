import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

const adHoc = (directory: string): string[] => ['replicate', 'app.db', `file://${directory}/replica`]

test('replicate: a database that comes later → waited for, and replicated', async () => {
  await using directory = await temporaryDirectory()
  const replicator = startInProcess(adHoc(directory.path), directory.path)
  await replicator.says('does not exist yet')
  await makeDatabase(join(directory.path, 'app.db'))
  await replicator.says('first image')
  replicator.signal('SIGINT')
  assert.equal(await replicator.exitCode, 0)
  assert.match(replicator.output.stdout, /msg="shutting down" signal=interrupt[^]*msg="shut down"/)
  const words = ['restore', '-integrity-check', 'full', '-o', 'copy.db', `file://${directory.path}/replica`]
  const restore = startInProcess(words, directory.path, { environment: process.env })
  assert.equal(await restore.exitCode, 0, restore.output.stderr)
})

test('replicate: a second one on the same database, or reset → a clear error', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const first = startInProcess(adHoc(directory.path), directory.path)
  await first.says('first image')
  const second = startInProcess(adHoc(directory.path), directory.path)
  assert.equal(await second.exitCode, 1)
  assert.match(second.output.stderr, /^Error: cannot start: REPLICATOR_LOCKED/)
  const reset = startInProcess(['reset', 'app.db'], directory.path)
  assert.equal(await reset.exitCode, 1)
  assert.match(reset.output.stderr, /a replicator is at work/)
  first.signal('SIGTERM')
  assert.equal(await first.exitCode, 0)
})

test('replicate: no databases at all → says so in the configured log, and waits for a signal', async () => {
  await using directory = await temporaryDirectory()
  await writeFile(
    join(directory.path, 'x.yml'),
    'logging: {type: json, stderr: true}\nretention: {enabled: no}\n',
  )
  const running = startInProcess(['replicate', '-config', 'x.yml'], directory.path, {
    programName: 'litestream',
  })
  await running.says('no databases in the configuration')
  await running.says('retention is disabled')
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  assert.equal(running.output.stdout, '')
  const messages = running.output.stderr
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
  assert.deepEqual([messages[0], messages.at(-1)], ['litestream', 'shut down'])
})

test('replicate: three signals → the third ends the process at once', async () => {
  await using directory = await temporaryDirectory()
  const running = startInProcess(adHoc(directory.path), directory.path)
  await running.says('does not exist yet')
  for (let count = 0; count < 3; count++) running.signal('SIGTERM')
  assert.deepEqual(running.ended, [143])
  assert.equal(await running.exitCode, 0)
})

test('replicate: one of two databases is locked, or a symbolic link → the other is backed up, and the log tells', async () => {
  await using directory = await temporaryDirectory()
  const at = (name: string): string => join(directory.path, name)
  for (const name of ['app.db', 'free.db']) await makeDatabase(at(name))
  const first = startInProcess(adHoc(directory.path), directory.path)
  await first.says('first image')
  await symlink(at('free.db'), at('link.db'))
  const entries = ['app.db', 'free.db', 'link.db'].map(
    (name) => `- {path: ${name}, replica: {path: ${name}.replica}}`,
  )
  await writeFile(at('x.yml'), ['dbs:', ...entries].join('\n'))
  const second = startInProcess(['replicate', '-config', 'x.yml'], directory.path)
  await second.says('first image')
  await second.says('REPLICATOR_LOCKED')
  await second.says('REPLICATOR_TWO_NAMES')
  second.signal('SIGTERM')
  assert.equal(await second.exitCode, 0)
  assert.ok((await readdir(at('free.db.replica/ltx/9'))).length > 0)
  first.signal('SIGTERM')
  assert.equal(await first.exitCode, 0)
})

test('replicate: a storage that takes connections and never answers → the others, the child and /health are there at once, a signal acts', async () => {
  await using directory = await temporaryDirectory()
  const at = (name: string): string => join(directory.path, name)
  for (const name of ['app.db', 'free.db']) await makeDatabase(at(name))
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const text = [
    'addr: 127.0.0.1:0',
    `exec: ${process.execPath} -e "process.stdout.write('the child is here'); setInterval(() => {}, 1000)"`,
    'dbs:',
    `- {path: app.db, replica: {type: s3, bucket: b, path: p, endpoint: "http://127.0.0.1:${port}", force-path-style: true, access-key-id: a, secret-access-key: s, region: x}}`,
    '- {path: free.db, replica: {path: replica}}',
    'shutdown-sync-timeout: 1s',
  ]
  await writeFile(at('x.yml'), text.join('\n'))
  const startMs = performance.now()
  const running = startInProcess(['replicate', '-config', 'x.yml'], directory.path)
  await running.says('first image')
  await running.says('serving metrics')
  const [, url = ''] = /url=(http:\S+)\/metrics/.exec(running.output.stdout) ?? []
  assert.equal((await fetch(`${url}/health`)).status, 200)
  const scraped = await (await fetch(`${url}/metrics`)).text()
  assert.match(scraped, /ltx_database_state\{db="[^"]*app\.db",state="opening"\} 1/)
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0, running.output.stderr)
  assert.ok(performance.now() - startMs < 25_000, 'it did not wait for the storage')
  assert.ok((await readdir(at('replica/ltx/9'))).length > 0)
  silent.close()
})
