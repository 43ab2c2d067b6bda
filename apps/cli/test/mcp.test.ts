import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { test } from 'vitest'
import { type InProcess, startInProcess } from './in-process.ts'
import { makeDatabase, makeReplica } from './make-replica.ts'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const BIN = fileURLToPath(new URL('../bin/ltx.js', import.meta.url))
const TOOLS = ['databases', 'info', 'ltx', 'reset', 'restore', 'status', 'version'].map(
  (name) => `litestream_${name}`,
)

async function putConfig(directory: string, more = ''): Promise<void> {
  await makeDatabase(join(directory, 'app.db'))
  const text = `${more}\ndbs: [{path: ${directory}/app.db, replica: {path: ${directory}/replica}}]`
  await writeFile(join(directory, 'litestream.yml'), text)
}

async function connected(transport: Transport): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  return client
}

function overStdio(directory: string): Promise<Client> {
  const args = [BIN, 'mcp', '-config', 'litestream.yml']
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    cwd: directory,
    stderr: 'ignore',
  })
  return connected(transport)
}

async function call(
  client: Client,
  name: string,
  given: Record<string, unknown> = {},
): Promise<{ readonly text: string; readonly isError: boolean }> {
  const result = await client.callTool({ name: `litestream_${name}`, arguments: given })
  const [content] = result.content as { type: string; text: string }[]
  return { text: content?.text ?? '', isError: result.isError === true }
}

test('mcp: a client over stdio of a real process → Litestream’s tools, run on the configuration', async () => {
  await using directory = await temporaryDirectory()
  await putConfig(directory.path)
  await makeReplica(join(directory.path, 'made'))
  const first = startInProcess(['replicate', '-once', '-config', 'litestream.yml'], directory.path)
  assert.equal(await first.exitCode, 0)
  const client = await overStdio(directory.path)
  assert.deepEqual(client.getServerVersion(), { name: 'Litestream MCP Server', version: '1.0.0' })
  const { tools } = await client.listTools()
  assert.deepEqual(
    tools.map(({ name }) => name),
    TOOLS,
  )
  const restore = tools.find(({ name }) => name === 'litestream_restore')
  assert.deepEqual(restore?.inputSchema.required, ['path'])
  assert.equal(Object.keys(restore?.inputSchema.properties ?? {}).length, 8)

  const database = join(directory.path, 'app.db')
  assert.match((await call(client, 'version')).text, /^\d+\.\d+\.\d+\n$/)
  assert.match((await call(client, 'databases')).text, /^path +replica\n.*app\.db +file\n$/)
  assert.match((await call(client, 'status', { path: database })).text, /ok +0{15}2/)
  assert.match((await call(client, 'ltx', { path: database })).text, /^0 +0{15}2 +0{15}2/m)
  assert.match((await call(client, 'ltx', { path: `file://${directory.path}/made` })).text, /^0 +0{15}2/m)
  const info = (await call(client, 'info')).text
  for (const part of [
    'Version Information:',
    'Current Config Path:\nlitestream.yml',
    'Databases:',
    `Database: ${database}`,
  ])
    assert.ok(info.includes(part), info)

  const output = join(directory.path, 'again.db')
  const restored = await call(client, 'restore', { path: database, o: output, parallelism: '2' })
  assert.equal(restored.isError, false, restored.text)
  assert.ok(existsSync(output))
  const refused = await call(client, 'restore', { path: database, o: output })
  assert.equal(refused.isError, true)
  assert.match(refused.text, /Error: cannot restore.*: exit status 1$/s)
  const skipped = await call(client, 'restore', { path: database, o: output, if_db_not_exists: true })
  assert.equal(skipped.isError, false)

  assert.equal((await call(client, 'reset', { path: database })).isError, false)
  assert.match((await call(client, 'status')).text, /not initialized/)
  await client.close()
})

test('mcp: a path that looks like a flag, a wrong type, an unknown tool → none does something else', async () => {
  await using directory = await temporaryDirectory()
  await putConfig(directory.path)
  const client = await overStdio(directory.path)
  const flag = await call(client, 'restore', { path: '-force' })
  assert.match(flag.text, /database not found in config: .*-force/)
  assert.match((await call(client, 'ltx', { path: 7 })).text, /expected string/)
  const unknown = await call(client, 'drop')
  assert.deepEqual([unknown.isError, unknown.text.includes('litestream_drop not found')], [true, true])
  await client.close()
})

test('mcp: stdin ends; SIGTERM → exit 0; 143; and nothing but the protocol was written to stdout', async () => {
  await using directory = await temporaryDirectory()
  const running = startCommand(['mcp'], { directory: directory.path }) // its stdin is empty
  assert.equal(await running.ended, 0)
  assert.equal(running.output.stdout, '')
  const child = spawn(process.execPath, [BIN, 'mcp'], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`)
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [143, null])
})

/** A daemon with an MCP server, and where that is. */
async function daemonWith(directory: string, address: string): Promise<{ daemon: InProcess; url: URL }> {
  await putConfig(directory, `mcp-addr: '${address}'`)
  const daemon = startInProcess(['replicate', '-config', 'litestream.yml'], directory)
  await daemon.says('MCP server is open')
  return { daemon, url: new URL(/url=(http:\S+)/.exec(daemon.output.stdout)?.[1] ?? '') }
}

test('mcp: a client of a daemon over HTTP → the tools know its configuration; it cannot be reset while it replicates', async () => {
  await using directory = await temporaryDirectory()
  const { daemon, url } = await daemonWith(directory.path, ':0')
  assert.equal(url.hostname, '127.0.0.1')
  assert.equal(daemon.output.stdout.includes('no login'), false)
  await daemon.says('replication starts')
  const client = await connected(new StreamableHTTPClientTransport(url))
  assert.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name),
    TOOLS,
  )
  assert.match((await call(client, 'databases')).text, /app\.db +file/)
  const reset = await call(client, 'reset', { path: join(directory.path, 'app.db') })
  assert.equal(reset.isError, true)
  assert.match(reset.text, /a replicator is at work/)
  const other = startCommand(['reset', '-config', 'litestream.yml', 'app.db'], { directory: directory.path })
  assert.equal(await other.ended, 1, 'the daemon has its lock still')
  await client.close()
  daemon.signal('SIGTERM')
  assert.equal(await daemon.exitCode, 0)
})

test('mcp: other HTTP → what Litestream answers; a page of another origin is refused', async () => {
  await using directory = await temporaryDirectory()
  const { daemon, url } = await daemonWith(directory.path, 'localhost:0')
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'curl', version: '1' } },
  }
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL('/any/path', url), {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    })
  const begun = await post(JSON.stringify(initialize))
  assert.equal(begun.status, 200)
  assert.match(begun.headers.get('content-type') ?? '', /^application\/json/)
  const session = begun.headers.get('mcp-session-id') ?? ''
  assert.match(session, /^mcp-session-[0-9a-f-]{36}$/)
  const rows: readonly [situation: string, answer: Promise<Response>, status: number][] = [
    ['a session', post(JSON.stringify(list), { 'Mcp-Session-Id': session }), 200],
    ['no session', post(JSON.stringify(list)), 400],
    [
      'a notification',
      post('{"jsonrpc":"2.0","method":"notifications/initialized"}', { 'Mcp-Session-Id': session }),
      202,
    ],
    ['no JSON', post('{'), 400],
    ['another type', post('{}', { 'Content-Type': 'text/plain' }), 400],
    ['too much', post(`"${'x'.repeat(2 ** 20)}"`), 413],
    ['another origin', post(JSON.stringify(initialize), { Origin: 'http://evil.example' }), 403],
    ['DELETE', fetch(url, { method: 'DELETE' }), 200],
    ['GET', fetch(url), 405],
    ['PUT', fetch(url, { method: 'PUT' }), 404],
  ]
  for (const [situation, answer, status] of rows) assert.equal((await answer).status, status, situation)
  daemon.signal('SIGTERM')
  assert.equal(await daemon.exitCode, 0)
})
