import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lstat, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { makeDatabase } from './make-replica.ts'
import { type Running, startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

// The real daemon in a process of its own, asked by curl and by the real command.

const CONFIG = `socket: {enabled: true, path: s.sock}
logging: {level: debug}
dbs: [{path: app.db, replica: {path: replica}}]
`

async function startDaemon(directory: string, config = CONFIG): Promise<Running> {
  await writeFile(join(directory, 'litestream.yml'), config)
  const daemon = startCommand(['replicate', '-config', 'litestream.yml'], { directory })
  await daemon.says(/control socket is open|no control socket/)
  return daemon
}

async function end(daemon: Running): Promise<void> {
  daemon.child.kill('SIGTERM')
  assert.equal(await daemon.ended, 0, daemon.output.stdout + daemon.output.stderr)
}

/** `curl --unix-socket`; a body makes it a POST. */
async function curl(
  directory: string,
  path: string,
  body?: object,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const words = [
    '-sS',
    '--max-time',
    '60',
    '-w',
    '\n%{http_code}',
    '--unix-socket',
    join(directory, 's.sock'),
  ]
  if (body !== undefined) words.push('-d', JSON.stringify(body))
  const { stdout } = await promisify(execFile)('curl', [...words, `http://localhost${path}`])
  const lines = stdout.trimEnd().split('\n')
  return {
    status: Number(lines.at(-1)),
    answer: JSON.parse(lines.slice(0, -1).join('\n')) as Record<string, unknown>,
  }
}

async function restoredRows(directory: string, output: string): Promise<number> {
  const words = ['restore', '-integrity-check', 'full', '-o', output, `file://${directory}/replica`]
  const restore = startCommand(words, { directory })
  assert.equal(await restore.ended, 0, restore.output.stderr)
  const database = new Sqlite(join(directory, output), { readonly: true })
  try {
    return database.prepare('SELECT count(*) FROM note').pluck().get() as number
  } finally {
    database.close()
  }
}

test('control socket: curl asks a daemon → permissions 0600, every question answered; the socket goes with the daemon', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const daemon = await startDaemon(directory.path)
  assert.equal((await lstat(join(directory.path, 's.sock'))).mode & 0o777, 0o600)
  const info = await curl(directory.path, '/info')
  assert.deepEqual([info.status, info.answer['pid']], [200, daemon.child.pid])
  const path = join(directory.path, 'app.db')
  const synced = await curl(directory.path, '/sync', { path, wait: true })
  assert.deepEqual([synced.status, synced.answer['replicated_txid']], [200, 2])
  assert.equal((await curl(directory.path, `/txid?path=${path}`)).answer['txid'], 2)
  assert.equal((await curl(directory.path, '/debug/sync-status')).status, 200)
  assert.equal((await curl(directory.path, '/stop', { path })).answer['status'], 'stopped')
  assert.equal((await curl(directory.path, '/start', { path })).answer['status'], 'started')
  const more = { path: 'more.db', replica_url: `file://${directory.path}/more` }
  assert.equal((await curl(directory.path, '/register', more)).answer['status'], 'registered')
  assert.equal((await curl(directory.path, '/unregister', more)).answer['status'], 'unregistered')
  assert.equal((await curl(directory.path, '/list', {})).status, 405)
  assert.equal((await curl(directory.path, '/nope')).status, 404)
  await end(daemon)
  await assert.rejects(lstat(join(directory.path, 's.sock')), /ENOENT/)
})

test('sync -wait: commit, wait, kill -9 → the commit is in the replica, every time', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const app = new Sqlite(join(directory.path, 'app.db'))
  for (let round = 0; round < 3; round++) {
    const daemon = await startDaemon(directory.path)
    app.exec('INSERT INTO note VALUES (4)')
    const sync = startCommand(['sync', '-wait', '-socket', 's.sock', 'app.db'], { directory: directory.path })
    assert.equal(await sync.ended, 0, sync.output.stderr)
    daemon.child.kill('SIGKILL')
    await daemon.ended
    assert.equal(await restoredRows(directory.path, `copy${round}.db`), 4 + round)
  }
  app.close()
})

test('sync -wait: two hundred callers beside a writer → each returns after its own commit is stored, with far fewer uploads', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  const daemon = await startDaemon(directory.path)
  const app = new Sqlite(path)
  const replies: Promise<{ status: number; answer: Record<string, unknown> }>[] = []
  for (let row = 0; row < 200; row++) {
    app.exec('INSERT INTO note VALUES (5)')
    replies.push(curl(directory.path, '/sync', { path, wait: true }))
    if (row % 20 === 19) await Promise.all(replies)
  }
  const answers = await Promise.all(replies)
  const newest = answers.map(({ answer }) => Number(answer['txid']))
  for (const { status, answer } of answers) {
    assert.equal(status, 200, JSON.stringify(answer))
    assert.ok(Number(answer['replicated_txid']) >= Number(answer['txid']))
  }
  app.close()
  daemon.child.kill('SIGKILL')
  await daemon.ended
  assert.equal(await restoredRows(directory.path, 'copy.db'), 203)
  const files = await readdir(join(directory.path, 'replica', 'ltx', '0'))
  assert.ok(files.length < 150, `${files.length} uploads for 200 calls`)
  assert.ok(Math.max(...newest) <= files.length + 1)
})

test('two daemons, one socket → the second says so and replicates without it; the first goes on answering', async () => {
  await using directory = await temporaryDirectory()
  await makeDatabase(join(directory.path, 'app.db'))
  const first = await startDaemon(directory.path)
  const second = await startDaemon(directory.path, 'socket: {enabled: true, path: s.sock}\n')
  assert.match(second.output.stdout, /level=ERROR msg="no control socket.*another process listens on/)
  await end(second)
  assert.equal((await curl(directory.path, '/info')).answer['pid'], first.child.pid)
  first.child.kill('SIGKILL')
  await first.ended
  const nobody = startCommand(['list', '-socket', 's.sock'], { directory: directory.path })
  assert.equal(await nobody.ended, 1)
  assert.match(nobody.output.stderr, /nobody listens on .*s\.sock/)
  const third = await startDaemon(directory.path)
  assert.equal((await curl(directory.path, '/info')).answer['pid'], third.child.pid)
  await end(third)
})

test('a verb without the right to the socket → told whose it is', async () => {
  await using directory = await temporaryDirectory()
  const daemon = await startDaemon(directory.path, 'socket: {enabled: true, path: s.sock}\n')
  await chmod(directory.path, 0o755)
  const isRoot = process.getuid?.() === 0
  if (!isRoot) await chmod(join(directory.path, 's.sock'), 0)
  const client = fileURLToPath(new URL('connect-main.ts', import.meta.url))
  const child = spawn(process.execPath, [client, join(directory.path, 's.sock')], {
    cwd: directory.path,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  await once(child, 'close')
  assert.match(
    text,
    /failed to connect to control socket: permission denied: .*s\.sock\. Run this as the user/,
  )
  await end(daemon)
})
