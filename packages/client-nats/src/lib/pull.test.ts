import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { fakeWorlds } from '../../test/material.ts'
import type { FakeStream } from '../../test/fake-stream.ts'
import { pullMessages, type PulledMessage } from './pull.ts'

const { server, connection } = await fakeWorlds({ perPull: 3 })

function storeWith(count: number): { stream: FakeStream; subject: string } {
  const stream = server.newBucket()
  const subject = `$O.${stream.bucket}.C.x`
  for (let index = 0; index < count; index++) {
    stream.publish(subject, Buffer.alloc(0), Buffer.alloc(100 + index, index))
    stream.publish(`${subject}other`, Buffer.alloc(0), Buffer.from('not this'))
  }
  return { stream, subject }
}

async function gathered(messages: AsyncIterable<PulledMessage>): Promise<PulledMessage[]> {
  const all: PulledMessage[] = []
  for await (const message of messages) all.push(message)
  return all
}

const request = (subject: string): { kind: 'GET'; what: string; subject: string } => ({
  kind: 'GET',
  what: 'read',
  subject,
})

test('pullMessages: more than one request’s worth → all of the subject, in order, and the consumer is gone', async () => {
  const { stream, subject } = storeWith(10)
  const to = connection(stream)
  const messages = await gathered(pullMessages(to, request(subject)))
  assert.deepEqual(
    messages.map(({ data }) => [data.length, data[0]]),
    Array.from({ length: 10 }, (_, index) => [100 + index, index]),
  )
  assert.deepEqual(
    messages.map(({ sequence }) => sequence),
    [1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
  )
  assert.ok(Math.abs((messages[0]?.storedAtMs ?? 0) - Date.now()) < 60_000)
  assert.equal(server.count(stream, 'PULL'), 4)
  await to.close()
  assert.equal(stream.consumerCount, 0)
})

test('pullMessages: from a sequence, and sizes only → the later ones, without their bytes', async () => {
  const { stream, subject } = storeWith(6)
  const pulled = pullMessages(connection(stream), { ...request(subject), startSequence: 8, sizesOnly: true })
  const messages = await gathered(pulled)
  assert.deepEqual(
    messages.map(({ data, size, sequence }) => [data.length, size, sequence]),
    [
      [0, 104, 9],
      [0, 105, 11],
    ],
  )
})

test('pullMessages: a number that is not there → nothing', async () => {
  const { stream, subject } = storeWith(5)
  const to = connection(stream)
  assert.equal((await gathered(pullMessages(to, { ...request(subject), count: 6 }))).length, 0)
  assert.equal((await gathered(pullMessages(to, { ...request(subject), count: 5 }))).length, 5)
})

test('pullMessages: nothing there → nothing, and no request for messages', async () => {
  const { stream } = storeWith(1)
  assert.deepEqual(await gathered(pullMessages(connection(stream), request(`$O.${stream.bucket}.C.y`))), [])
  assert.equal(server.count(stream, 'PULL'), 0)
})

test('pullMessages: the rest is deleted meanwhile → it ends', async () => {
  const { stream, subject } = storeWith(10)
  let count = 0
  for await (const { sequence } of pullMessages(connection(stream), request(subject))) {
    count++
    if (sequence === 5) stream.purge({ filter: subject })
  }
  assert.equal(count, 3)
})

test('pullMessages: a message that is stored meanwhile → comes as well', async () => {
  const { stream, subject } = storeWith(4)
  let count = 0
  for await (const { sequence } of pullMessages(connection(stream), request(subject))) {
    count++
    if (sequence === 1) stream.publish(subject, Buffer.alloc(0), Buffer.from('new'))
  }
  assert.equal(count, 5)
})

test('pullMessages: the server stops in the middle → CLIENT_UNREACHABLE after the time limit', async () => {
  const { stream, subject } = storeWith(4)
  server.fail(stream, { kind: 'stall', after: 1 }, 'PULL')
  const pulled = pullMessages(connection(stream, { timeoutMs: 50 }), request(subject))
  await assert.rejects(gathered(pulled), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('pullMessages: a message is lost on the way → CLIENT_UNREACHABLE', async () => {
  const { stream, subject } = storeWith(4)
  server.fail(stream, { kind: 'skip', index: 1 }, 'PULL')
  await assert.rejects(
    gathered(pullMessages(connection(stream), request(subject))),
    (error) => isClientError(error, 'CLIENT_UNREACHABLE') && error.message.includes('lost'),
  )
})

test('pullMessages: the connection is cut while it waits → CLIENT_UNREACHABLE at once', async () => {
  const { stream, subject } = storeWith(4)
  server.fail(stream, { kind: 'stall', after: 1 }, 'PULL')
  const pulled = gathered(pullMessages(connection(stream, { timeoutMs: 60_000 }), request(subject)))
  while (server.count(stream, 'PULL') === 0) await setTimeout(5)
  server.cutAll()
  await assert.rejects(pulled, (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('pullMessages: the consumer is gone → CLIENT_UNREACHABLE, and the connection stays', async () => {
  const { stream, subject } = storeWith(10)
  const to = connection(stream)
  const pulled = pullMessages(to, request(subject))
  await pulled.next()
  stream.forgetConsumers()
  await assert.rejects(gathered(pulled), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  const before = server.connections
  assert.equal((await gathered(pullMessages(to, request(subject)))).length, 10)
  assert.equal(server.connections, before)
})

test('pullMessages: aborted while it waits → the reason itself', async () => {
  const { stream, subject } = storeWith(4)
  server.fail(stream, { kind: 'stall', after: 1 }, 'PULL')
  const controller = new AbortController()
  const reason = new Error('enough')
  const pulled = pullMessages(connection(stream), { ...request(subject), signal: controller.signal })
  const waiting = assert.rejects(gathered(pulled), (error) => error === reason)
  while (server.count(stream, 'PULL') === 0) await setTimeout(5)
  controller.abort(reason)
  await waiting
})
