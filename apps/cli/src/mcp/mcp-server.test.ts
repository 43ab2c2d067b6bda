import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { createMcpServer } from './mcp-server.ts'
import { RunningCalls } from './running-calls.ts'

test('createMcpServer: closed while a storage does not answer → the call is interrupted, and nothing is left', async () => {
  await using directory = await temporaryDirectory()
  const storage = createServer(() => {}).listen(0, '127.0.0.1') // takes requests, and says nothing
  await once(storage, 'listening')
  const { port } = storage.address() as AddressInfo
  const asked = once(storage, 'request')
  const calls = new RunningCalls()
  const { io } = testIo({ workingDirectory: directory.path })
  const server = createMcpServer({ io, config: '', calls })
  const client = new Client({ name: 'test', version: '1' })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(ours), client.connect(theirs)])
  const path = `webdav://127.0.0.1:${port}/x`
  const call = client.callTool({ name: 'litestream_restore', arguments: { path, o: 'out.db' } })
  assert.equal(await Promise.race([asked.then(() => 'asked'), call]), 'asked')
  call.catch(() => {})
  await server.close()
  await calls.settled()
  assert.deepEqual(await readdir(directory.path), [])
  storage.closeAllConnections()
  storage.close()
})

test('createMcpServer: reset of a database that this process replicates → an error, and nothing is touched', async () => {
  await using directory = await temporaryDirectory()
  const { io } = testIo({ workingDirectory: directory.path })
  const isFollowed = (path: string): boolean => path === join(directory.path, 'app.db')
  for (const name of ['app.db', 'other.db']) await writeFile(join(directory.path, name), 'x')
  const server = createMcpServer({ io, config: '', calls: new RunningCalls(), isFollowed })
  const client = new Client({ name: 'test', version: '1' })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(ours), client.connect(theirs)])
  await writeFile(join(directory.path, 'x.yml'), '')
  const reset = (path: string): unknown =>
    client.callTool({ name: 'litestream_reset', arguments: { path, config: join(directory.path, 'x.yml') } })
  const text = `Error: a replicator is at work on this database: this process follows ${directory.path}/app.db; stop it first: exit status 1`
  assert.deepEqual(await reset('app.db'), { isError: true, content: [{ type: 'text', text }] })
  assert.match(JSON.stringify(await reset('other.db')), /Nothing to reset/)
  await server.close()
})
