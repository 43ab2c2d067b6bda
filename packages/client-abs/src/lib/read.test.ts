import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, resumeRead } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, type World } from '../../test/material.ts'

const { world } = await fakeWorlds()
const file = key(0, 1n)

/** One in one request, one in blocks. */
const SIZES = [200_000, 600_000]

async function stored(bytes: Uint8Array): Promise<World> {
  const made = world()
  await made.client.writeFile(file, () => chunksOf(bytes))
  return made
}

for (const size of SIZES) {
  test(`readBlob: of ${size} bytes one changed on its way → CLIENT_UNREACHABLE before the last chunk`, async () => {
    const bytes = fileBytes(file, size)
    const { client, fail } = await stored(bytes)
    fail({ kind: 'flip-byte' }, 'GET')
    let received = 0
    await assert.rejects(
      async () => {
        for await (const chunk of client.readFile(file)) received += chunk.length
      },
      (error) => isClientError(error, 'CLIENT_UNREACHABLE') && /MD5/.test(error.message),
    )
    assert.ok(received > 0 && received < size, `${received} bytes were handed out`)
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
  })
}

test('readBlob: a small file with a changed byte, read with retries → nothing was handed out, and the bytes are right', async () => {
  const small = fileBytes(file)
  const { client, fail, container } = await stored(small)
  fail({ kind: 'flip-byte' }, 'GET')
  assert.deepEqual(await readAll(resumeRead(client, nodeEnv(), file, { size: small.length })), small)
  assert.equal(container.count('GET'), 2)
})

for (const range of [undefined, { start: 10 }]) {
  test(`readBlob: a body that ends early, ${range === undefined ? 'whole' : 'of a range'} → CLIENT_UNREACHABLE, not an end`, async () => {
    const { client, fail } = await stored(fileBytes(file, 300_000))
    fail({ kind: 'truncate', bytes: 100_000 }, 'GET')
    await assert.rejects(readAll(client.readFile(file, range)), (error) =>
      isClientError(error, 'CLIENT_UNREACHABLE'),
    )
  })
}

test('readBlob: what Litestream has written, without an MD5 → readable', async () => {
  const { container, client } = world()
  const bytes = fileBytes(file, 3000)
  container.put('app/db/ltx/0/0000000000000001-0000000000000001.ltx', Buffer.from(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('readBlob: a missing blob in a missing container → CLIENT_BAD_OPTIONS, never a missing file', async () => {
  const { client } = world({ container: 'no-such-container' })
  for (const range of [{}, { start: 3 }, { start: 0, end: 0 }]) {
    await assert.rejects(readAll(client.readFile(file, range)), (error) =>
      isClientError(error, 'CLIENT_BAD_OPTIONS'),
    )
  }
  await assert.rejects(client.deleteFiles([file]), (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
})

test('readBlob: no bytes asked for → none, but a missing blob is missing', async () => {
  const { client } = await stored(fileBytes(file))
  for (const range of [
    { start: 7, end: 7 },
    { start: 9000, end: 9000 },
  ]) {
    assert.equal((await readAll(client.readFile(file, range))).length, 0)
  }
  await assert.rejects(readAll(client.readFile(key(0, 2n), { start: 7, end: 7 })), (error) =>
    isClientError(error, 'CLIENT_NOT_FOUND'),
  )
})

test('readBlob: a reader that takes its time → no failure; a server that hangs → CLIENT_UNREACHABLE in time', async () => {
  const { client, fail } = world({ timeoutMs: 1000 })
  const bytes = fileBytes(file, 300_000)
  await client.writeFile(file, () => chunksOf(bytes))
  let received = 0
  for await (const chunk of client.readFile(file)) {
    if (received === 0) await new Promise((resolve) => setTimeout(resolve, 1300))
    received += chunk.length
  }
  assert.equal(received, bytes.length)
  fail({ kind: 'hang' })
  await assert.rejects(readAll(client.readFile(file)), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})
