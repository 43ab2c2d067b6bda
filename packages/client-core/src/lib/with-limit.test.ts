import assert from 'node:assert/strict'
import { test } from 'vitest'
import { overridden } from '../../test/broken-clients.ts'
import { fileBytes, key, readAll, sourceOf } from './conformance/material.ts'
import { memoryClient } from './memory/memory-client.ts'
import { withLimit } from './with-limit.ts'

test('withLimit: fifty writes at once, three allowed → never more than three, all stored', async () => {
  await using inner = memoryClient()
  let running = 0
  let most = 0
  const counted = overridden(inner, {
    async writeFile(file, source, options) {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      const written = await inner.writeFile(file, source, options)
      running--
      return written
    },
  })
  const client = withLimit(counted, { readsMax: 1, writesMax: 3 })
  const files = Array.from({ length: 50 }, (_, index) => key(0, BigInt(index + 1)))
  await Promise.all(files.map((file) => client.writeFile(file, sourceOf(fileBytes(file)))))
  assert.equal(most, 3)
  assert.equal(inner.storage.objects.size, 50)
})

test('withLimit: twenty reads open and idle, one allowed → another one still gets through', async () => {
  const client = withLimit(memoryClient(), { readsMax: 1, writesMax: 1 })
  const file = key(0, 1n)
  await client.writeFile(file, sourceOf(fileBytes(file, { size: 200_000 })))
  const idle = Array.from({ length: 20 }, () => client.readFile(file)[Symbol.asyncIterator]())
  for (const read of idle) assert.equal((await read.next()).done, false)
  assert.equal((await readAll(client.readFile(file))).length, 200_000)
})

test('withLimit: a write whose source reads from the same client, one of each allowed → no deadlock', async () => {
  const client = withLimit(memoryClient(), { readsMax: 1, writesMax: 1 })
  const bytes = fileBytes(key(0, 1n))
  await client.writeFile(key(0, 1n), sourceOf(bytes))
  await client.writeFile(key(1, 1n), () => client.readFile(key(0, 1n)))
  assert.deepEqual(await readAll(client.readFile(key(1, 1n))), bytes)
})
