import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { isLoopback, McpHttpServer } from './mcp-http-server.ts'
import { RunningCalls } from './running-calls.ts'

test('isLoopback: names and addresses → this machine, or others', () => {
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
    assert.equal(isLoopback(host), true, host)
  for (const host of ['', '0.0.0.0', '::', '10.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example'])
    assert.equal(isLoopback(host), false, host)
})

test('McpHttpServer: another server has the address → an error; closed → the address is free', async () => {
  const parts = { io: testIo().io, config: '', calls: new RunningCalls() }
  const first = await McpHttpServer.open({ host: '127.0.0.1', port: 0 }, parts)
  await assert.rejects(McpHttpServer.open(first.address, parts), /EADDRINUSE/)
  await first.close()
  const second = await McpHttpServer.open(first.address, parts)
  await second.close()
})
