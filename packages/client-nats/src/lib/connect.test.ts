import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { afterAll, test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import type { LogFields, Logger } from '@ltx/env'
import { startFakeServer, TOKEN } from '../../test/fake-server.ts'
import { fakeWorlds } from '../../test/material.ts'
import { Connection } from './connect.ts'
import { checkOptions } from './options.ts'

const { server, connection } = await fakeWorlds()
/** By then a client knows that its connection was cut. */
const NOTICED_MS = 100

const info = { what: 'look', options: {} }

function look(to: Connection, signal?: AbortSignal): Promise<unknown> {
  return to.request('HEAD', info.what, { signal }, ({ manager }) => manager.streams.info(to.stream))
}

test('connection: several calls at once → one connection', async () => {
  const to = connection(server.newBucket())
  const before = server.connections
  await Promise.all([look(to), look(to), look(to)])
  assert.equal(server.connections, before + 1)
})

test('connection: cut between two calls → the next one has a new connection', async () => {
  const to = connection(server.newBucket())
  await look(to)
  const before = server.connections
  server.cutAll()
  await setTimeout(NOTICED_MS)
  await look(to)
  assert.equal(server.connections, before + 1)
})

test('connection: cut in a call → CLIENT_UNREACHABLE at once, not after the time limit', async () => {
  const stream = server.newBucket()
  const to = connection(stream, { timeoutMs: 60_000 })
  await look(to)
  server.fail(stream, { kind: 'cut' })
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('connection: a server that says nothing → CLIENT_UNREACHABLE after the time limit, and a new connection', async () => {
  const stream = server.newBucket()
  const to = connection(stream, { timeoutMs: 50 })
  await look(to)
  const before = server.connections
  server.fail(stream, { kind: 'silent' })
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  await look(to)
  assert.equal(server.connections, before + 1)
})

test('connection: an aborted call → the reason itself, and the connection stays', async () => {
  const stream = server.newBucket()
  const to = connection(stream)
  await look(to)
  const before = server.connections
  server.fail(stream, { kind: 'silent' })
  const controller = new AbortController()
  const waiting = look(to, controller.signal)
  while (server.count(stream, 'INFO') < 3) await setTimeout(2) // the connection's own, the first, and this one
  const reason = new Error('enough')
  controller.abort(reason)
  await assert.rejects(waiting, (error) => error === reason)
  await look(to)
  assert.equal(server.connections, before)
})

test('connection: an object store that does not exist → CLIENT_BAD_OPTIONS that says how to make it', async () => {
  const to = connection(server.newBucket(), { bucket: 'nobodys' })
  await assert.rejects(
    look(to),
    (error) =>
      isClientError(error, 'CLIENT_BAD_OPTIONS') && error.message.includes('nats object add nobodys'),
  )
})

test('connection: a server without JetStream → CLIENT_BAD_OPTIONS', async () => {
  await using plain = await startFakeServer({ jetstream: false })
  const to = new Connection(checkOptions({ server: plain.url, bucket: 'b', token: TOKEN, env: nodeEnv() }))
  await assert.rejects(
    look(to),
    (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && error.message.includes('-js'),
  )
  await to.close()
})

test('connection: JetStream that is starting → CLIENT_UNREACHABLE, so that it is tried again', async () => {
  const stream = server.newBucket()
  const to = connection(stream)
  server.fail(stream, { kind: 'no-responders' })
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  await look(to)
})

test('connection: a wrong password → CLIENT_DENIED, without the password', async () => {
  const to = connection(server.newBucket(), { password: 'hush' })
  await assert.rejects(
    look(to),
    (error) => isClientError(error, 'CLIENT_DENIED') && !error.message.includes('hush'),
  )
})

test('connection: nothing listens → CLIENT_UNREACHABLE at once, at the first call', async () => {
  const to = connection(server.newBucket(), { server: 'nats://127.0.0.1:1', reconnectWaitMs: 60_000 })
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('connection: lost, and the server comes back a little later → one call waits for it', async () => {
  const first = await startFakeServer()
  const { port } = first
  const stream = first.newBucket()
  const to = connection(stream, { server: first.url, reconnectWaitMs: 30 })
  await look(to)
  await first[Symbol.asyncDispose]()
  await setTimeout(NOTICED_MS)
  const waiting = look(to)
  await setTimeout(60)
  const second = await startFakeServer({}, port)
  afterAll(() => second[Symbol.asyncDispose]())
  second.streams.set(stream.bucket, stream)
  await waiting
  assert.equal(second.connections, 1)
})

test('connection: lost, and max-reconnects 0 → CLIENT_UNREACHABLE at once', async () => {
  const first = await startFakeServer()
  const to = connection(first.newBucket(), { server: first.url, reconnectWaitMs: 60_000, maxReconnects: 0 })
  await look(to)
  await first[Symbol.asyncDispose]()
  await setTimeout(NOTICED_MS)
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('connection: a server that accepts and says nothing → CLIENT_UNREACHABLE after connectTimeoutMs', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const to = connection(server.newBucket(), { server: `nats://127.0.0.1:${port}`, connectTimeoutMs: 50 })
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  silent.close()
})

test('connection: closed while a call waits → CLIENT_CLOSED; closing again is fine, calls after it are CLIENT_CLOSED', async () => {
  const stream = server.newBucket()
  const to = connection(stream)
  await look(to)
  server.fail(stream, { kind: 'silent' })
  const waiting = assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_CLOSED'))
  await to.close()
  await waiting
  await to.close()
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('connection: closed while it is being made → the call is CLIENT_CLOSED at once', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const to = connection(server.newBucket(), { server: `nats://127.0.0.1:${port}`, connectTimeoutMs: 600 })
  const waiting = assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_CLOSED'))
  await setTimeout(20)
  await to.close()
  await waiting
  silent.close()
})

test('connection: closed while something is tidied up → that is waited for', async () => {
  const to = connection(server.newBucket())
  let isDone = false
  to.tidy(async () => {
    await look(to)
    isDone = true
  })
  await to.close()
  assert.equal(isDone, true)
})

for (const [situation, config, limit] of [
  ['objects that expire', { max_age: 1e9 }, 'max_age'],
  ['old objects that make room for new ones', { discard: 'old' }, 'discard old'],
] as const) {
  test(`connection: a store with ${situation} → a warning, as backups would go`, async () => {
    const lines: (LogFields | undefined)[] = []
    const logger: Logger = { log: (_level, _message, fields) => void lines.push(fields), with: () => logger }
    const stream = server.newBucket(config)
    await look(connection(stream, { env: nodeEnv({ logger }) }))
    assert.deepEqual(lines, [{ bucket: stream.bucket, limit }])
  })
}
