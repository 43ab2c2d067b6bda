import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { isClientError, resumeRead } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, type World } from '../../test/material.ts'

const { world } = await fakeWorlds()
const file = key(0, 1n)
const bytes = fileBytes(file, 300_000)

async function stored(): Promise<World> {
  const made = world()
  await made.client.writeFile(file, () => chunksOf(bytes))
  return made
}

test('readObject: a byte that changed on its way → CLIENT_UNREACHABLE before the last chunk', async () => {
  const { client, fail } = await stored()
  fail({ kind: 'flip-byte' }, 'GET')
  let received = 0
  await assert.rejects(
    async () => {
      for await (const chunk of client.readFile(file)) received += chunk.length
    },
    (error) => isClientError(error, 'CLIENT_UNREACHABLE') && /MD5/.test(error.message),
  )
  assert.ok(received > 0 && received < bytes.length, `${received} bytes were handed out`)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('readObject: a small file with a changed byte, read with retries → nothing was handed out, and the bytes are right', async () => {
  const { client, fail, bucket } = world()
  const small = fileBytes(file)
  await client.writeFile(file, () => chunksOf(small))
  fail({ kind: 'flip-byte' }, 'GET')
  assert.deepEqual(await readAll(resumeRead(client, nodeEnv(), file, { size: small.length })), small)
  assert.equal(bucket.count('GET'), 2)
})

for (const range of [undefined, { start: 10 }]) {
  test(`readObject: a body that ends early, ${range === undefined ? 'whole' : 'of a range'} → CLIENT_UNREACHABLE, not an end`, async () => {
    const { client, fail } = await stored()
    fail({ kind: 'truncate', bytes: 100_000 }, 'GET')
    await assert.rejects(readAll(client.readFile(file, range)), (error) =>
      isClientError(error, 'CLIENT_UNREACHABLE'),
    )
  })
}

test('readObject: a missing object in a missing bucket → CLIENT_BAD_OPTIONS, though the service says the object is missing', async () => {
  const { client } = world({ bucket: 'no-such-bucket' })
  for (const range of [{}, { start: 3 }, { start: 0, end: 0 }]) {
    await assert.rejects(readAll(client.readFile(file, range)), (error) =>
      isClientError(error, 'CLIENT_BAD_OPTIONS'),
    )
  }
  await assert.rejects(client.deleteFiles([file]), (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
})

test('readObject: no bytes asked for → none, but a missing object is missing', async () => {
  const { client } = await stored()
  assert.equal((await readAll(client.readFile(file, { start: 7, end: 7 }))).length, 0)
  await assert.rejects(readAll(client.readFile(key(0, 2n), { start: 7, end: 7 })), (error) =>
    isClientError(error, 'CLIENT_NOT_FOUND'),
  )
})

test('readObject: a server that hangs → CLIENT_UNREACHABLE in time', async () => {
  const { client, fail } = world({ timeoutMs: 100 })
  fail({ kind: 'hang' })
  await assert.rejects(readAll(client.readFile(file)), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('readObject: a server that ignores the range → CLIENT_UNEXPECTED, and the connection is ended', async () => {
  const closed = Promise.withResolvers<string>()
  const http = createServer((request, response) => {
    request.socket.on('close', () => closed.resolve('closed'))
    response.end(Buffer.alloc(1_000_000))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const { client } = world({ endpoint })
  await assert.rejects(readAll(client.readFile(file, { start: 5 })), (error) =>
    isClientError(error, 'CLIENT_UNEXPECTED'),
  )
  assert.equal(await closed.promise, 'closed')
  http.close()
})
