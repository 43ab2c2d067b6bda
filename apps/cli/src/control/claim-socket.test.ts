import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstat, readdir, rename, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { claimSocket } from './claim-socket.ts'

function server(): Server {
  return createServer((socket) => socket.on('error', () => {}).end('hello')) // who only probes does not read it
}

async function said(path: string): Promise<string> {
  const connection = connect(path).setEncoding('utf8')
  let text = ''
  connection.on('data', (part: string) => (text += part))
  await once(connection, 'close')
  return text
}

test('claimSocket: a free path → served, with these permissions; released → gone', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a.sock')
  const mine = server()
  const claim = await claimSocket(mine, path, 0o640, 'linux')
  assert.equal((await lstat(path)).mode & 0o777, 0o640)
  assert.equal(await said(path), 'hello')
  assert.deepEqual(await readdir(directory.path), ['a.sock'])
  mine.close()
  await claim.release()
  assert.deepEqual(await readdir(directory.path), [])
})

test('claimSocket: the socket of a process that was killed → replaced', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a.sock')
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  assert.equal(spawnSync(process.execPath, ['-e', script]).signal, 'SIGKILL')
  assert.ok((await lstat(path)).isSocket())
  const mine = server()
  const claim = await claimSocket(mine, path, 0o600, 'linux')
  assert.equal(await said(path), 'hello')
  mine.close()
  await claim.release()
})

test('claimSocket: somebody listens there → refused, and left alone', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a.sock')
  const [theirs, mine] = [server(), server()]
  const claim = await claimSocket(theirs, path, 0o600, 'linux')
  await assert.rejects(claimSocket(mine, path, 0o600, 'linux'), /another process listens on .*a\.sock/)
  assert.equal(mine.listening, false)
  assert.equal(await said(path), 'hello')
  assert.deepEqual(await readdir(directory.path), ['a.sock'])
  theirs.close()
  await claim.release()
})

test('claimSocket: a file that is no socket → refused, and left alone', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a.sock')
  await writeFile(path, 'precious')
  await assert.rejects(claimSocket(server(), path, 0o600, 'linux'), /is no socket/)
  assert.ok((await lstat(path)).isFile())
})

test('claimSocket: no such directory → the system’s error', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'missing', 'a.sock')
  await assert.rejects(claimSocket(server(), path, 0o600, 'linux'), /missing/)
})

test('SocketClaim, release: another process has the name meanwhile → its socket stays', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a.sock')
  const [mine, theirs] = [server(), server()]
  const claim = await claimSocket(mine, path, 0o600, 'linux')
  const other = await claimSocket(theirs, `${path}2`, 0o600, 'linux')
  await rename(`${path}2`, path)
  mine.close()
  await claim.release()
  assert.equal(await said(path), 'hello')
  theirs.close()
  await other.release()
})

test('claimSocket: eight servers at once at a free name → exactly one has it', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a.sock')
  const servers = Array.from({ length: 8 }, () => server())
  const outcomes = await Promise.allSettled(servers.map((each) => claimSocket(each, path, 0o600, 'linux')))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(await said(path), 'hello')
  for (const each of servers) each.close()
})
