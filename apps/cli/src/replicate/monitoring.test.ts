import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { type InProcess, startInProcess } from '../../test/in-process.ts'
import { parseSamples } from '../../test/samples-of.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'

const ADDRESS = /url=(http:\/\/127\.0\.0\.1:\d+)\/metrics/

/** `replicate` of one database, with what else the file says. */
async function startDaemon(directory: string, yaml: string): Promise<{ running: InProcess; url: string }> {
  const config = join(directory, 'litestream.yml')
  const rest = 'dbs: [{path: app.db, replica: {path: replica}}]\n'
  await writeFile(config, `addr: 127.0.0.1:0\n${yaml}${rest}`)
  const running = startInProcess(['replicate', '-config', config], directory)
  await running.says('serving metrics')
  const [, url = ''] = ADDRESS.exec(running.output.stdout) ?? []
  return { running, url }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 30_000
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`${what} did not come`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('replicate: addr → a scrape tells of the database and its replica, /health is green, and it goes with the daemon', async () => {
  await using directory = await temporaryDirectory()
  const database = new Sqlite(join(directory.path, 'app.db'))
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(5000))')
  const { running, url } = await startDaemon(directory.path, '')
  const path = join(directory.path, 'app.db')
  const value = async (name: string, label: string, word: string): Promise<number | undefined> => {
    const samples = parseSamples(await (await fetch(`${url}/metrics`)).text())
    return samples.find((each) => each.name === name && each.labels[label] === word)?.value
  }
  await until('the first upload', async () => ((await value('ltx_replicated_txid', 'db', path)) ?? 0) >= 2)
  database.exec('INSERT INTO t VALUES (zeroblob(9000))')
  await until('the second', async () => ((await value('ltx_replicated_txid', 'db', path)) ?? 0) >= 3)
  assert.ok(((await value('litestream_db_size', 'db', path)) ?? 0) >= 14_000)
  assert.ok(((await value('litestream_total_wal_bytes', 'db', path)) ?? 0) >= 9000)
  assert.ok(((await value('litestream_replica_operation_total', 'operation', 'PUT')) ?? 0) >= 2)
  assert.ok(((await value('ltx_last_durable_timestamp_seconds', 'db', path)) ?? 0) > Date.now() / 1000 - 3600)
  for (const name of ['health', 'healthz']) {
    const response = await fetch(`${url}/${name}`)
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), { status: 'ok', databases: 1, problems: [] })
  }
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  await assert.rejects(fetch(`${url}/health`))
  database.close()
})

test('replicate: nothing can be uploaded for longer than health.max-lag → /health is red and says why, then green again', async () => {
  await using directory = await temporaryDirectory()
  const database = new Sqlite(join(directory.path, 'app.db'))
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE t (x)')
  const replica = join(directory.path, 'replica')
  const { running, url } = await startDaemon(directory.path, 'health: {max-lag: 1ms}\n')
  const isRed = async (): Promise<boolean> => (await fetch(`${url}/health`)).status === 503
  await until('green', async () => !(await isRed()))
  await rm(replica, { recursive: true })
  await writeFile(replica, 'a file where the directory was')
  database.exec('INSERT INTO t VALUES (1)')
  await until('red with the reason', async () => {
    const { problems } = (await (await fetch(`${url}/health`)).json()) as { problems: { kind: string }[] }
    return ['error', 'stale'].every((kind) => problems.some((problem) => problem.kind === kind))
  })
  await rm(replica)
  await mkdir(replica)
  await until('green again', async () => !(await isRed()))
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  database.close()
})

test('replicate: an address that is taken → logged, and replication goes on', async () => {
  await using directory = await temporaryDirectory()
  const { running: first, url } = await startDaemon(directory.path, '')
  await using other = await temporaryDirectory()
  const config = join(other.path, 'litestream.yml')
  await writeFile(config, `addr: ${url.slice('http://'.length)}\ndbs: [{path: b.db, replica: {path: r}}]\n`)
  const second = startInProcess(['replicate', '-config', config], other.path)
  await second.says('metrics cannot be served; replication goes on without')
  for (const running of [first, second]) {
    running.signal('SIGTERM')
    assert.equal(await running.exitCode, 0)
  }
})

test('replicate: an address without a port → an error before anything is opened', async () => {
  await using directory = await temporaryDirectory()
  const config = join(directory.path, 'litestream.yml')
  await writeFile(config, 'addr: localhost\n')
  const running = startInProcess(['replicate', '-config', config], directory.path)
  assert.equal(await running.exitCode, 1)
  assert.match(running.output.stderr, /Error: must specify port for bind address: "localhost"/)
})

test('replicate: a heartbeat-url without a port that answers → replication goes on, and the key is not logged', async () => {
  await using directory = await temporaryDirectory()
  const { running } = await startDaemon(
    directory.path,
    'heartbeat-url: http://127.0.0.1:9/5ecret\nheartbeat-interval: 1m\n',
  )
  running.signal('SIGTERM')
  assert.equal(await running.exitCode, 0)
  assert.doesNotMatch(running.output.stdout, /5ecret/)
})
