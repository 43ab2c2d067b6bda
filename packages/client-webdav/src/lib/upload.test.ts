import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ByteSource, type ClientErrorCode } from '@ltx/client-core'
import { startFakeServer } from '../../test/fake-server.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'
import { BUFFER_BYTES, clientOf } from '../../test/subject.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, 1_000_000)
const { world } = await fakeWorlds()

/** Counts how often it is opened. */
function counted(content: Uint8Array): { readonly source: ByteSource; opened: number } {
  const counter = {
    opened: 0,
    source: () => {
      counter.opened++
      return chunksOf(content)
    },
  }
  return counter
}

const assertRejects = (
  promise: Promise<unknown>,
  code: ClientErrorCode,
  words: RegExp = /./,
): Promise<void> =>
  assert.rejects(promise, (error) => isClientError(error, code) && words.test(error.message))

for (const size of [100, BUFFER_BYTES - 1, BUFFER_BYTES, BUFFER_BYTES + 1, 1_000_000]) {
  test(`upload: ${size} bytes → stored, and the source was opened once`, async () => {
    const { client } = world()
    const content = fileBytes(file, size)
    const counter = counted(content)
    assert.equal((await client.writeFile(file, counter.source)).size, size)
    assert.deepEqual(await readAll(client.readFile(file)), content)
    assert.equal(counter.opened, 1)
  })
}

for (const oddities of [{ wantsLength: true }, { losesChunked: true }]) {
  test(`upload: a server with ${JSON.stringify(oddities)} → counted, then sent with its length; asked for once`, async () => {
    const { client, tree } = world({ oddities })
    const first = counted(bytes)
    assert.equal((await client.writeFile(file, first.source)).size, bytes.length)
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
    assert.equal(first.opened, 3)
    const before = tree.count('PUT')
    const second = counted(fileBytes(key(0, 2n), 1_000_000))
    await client.writeFile(key(0, 2n), second.source)
    assert.equal(tree.count('PUT') - before, 1)
    assert.equal(second.opened, 3)
  })
}

for (const size of [500, 1_000_000]) {
  test(`upload: ${size} bytes, of which one is not stored → CLIENT_UNREACHABLE, nothing under its name, no temporary`, async () => {
    const { client, tree, fail } = world()
    await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
    for (let count = 0; count < 2; count++) fail({ kind: 'store-less' }, 'PUT')
    await assertRejects(
      client.writeFile(file, () => chunksOf(fileBytes(file, size))),
      'CLIENT_UNREACHABLE',
      /stored/,
    )
    assert.deepEqual(
      [...tree.files.keys()].map((path) => path.slice(-9)),
      ['00009.ltx'],
    )
  })
}

test('upload: cut in the middle → CLIENT_UNREACHABLE, nothing under its name, no temporary, and the next call works', async () => {
  const { client, tree, fail } = world()
  await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  fail({ kind: 'truncate', bytes: 400_000 }, 'PUT')
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_UNREACHABLE',
  )
  assert.equal(tree.files.size, 1)
  await client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('upload: no space is left → CLIENT_FULL, and no temporary', async () => {
  const { client, tree } = world({ oddities: { quota: 500_000 } })
  await assertRejects(
    client.writeFile(file, () => chunksOf(bytes)),
    'CLIENT_FULL',
    /quota/,
  )
  await assertRejects(
    client.writeFile(file, () => chunksOf(fileBytes(file, 250_000 * 3))),
    'CLIENT_FULL',
  )
  assert.equal(tree.files.size, 0)
})

test('upload: a source that fails when it is opened again → its own error', async () => {
  const { client, tree } = world({ oddities: { wantsLength: true } })
  const reason = new Error('gone')
  let opened = 0
  const source: ByteSource = async function* () {
    if (++opened > 2) throw reason
    yield* chunksOf(bytes)
  }
  await assert.rejects(client.writeFile(file, source), (error) => error === reason)
  assert.equal(tree.files.size, 0)
})

test('upload: the nonce is not known any more when a large file is sent → opened once, and stored', async () => {
  await using server = await startFakeServer('digest')
  const { name } = server.newTree()
  await using client = clientOf(server, name)
  await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  const counter = counted(bytes)
  await client.writeFile(file, () => {
    server.users?.forgetNonces()
    return counter.source()
  })
  assert.equal(counter.opened, 1)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})
