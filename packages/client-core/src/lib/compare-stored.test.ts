import assert from 'node:assert/strict'
import { test } from 'vitest'
import { compareStored } from './compare-stored.ts'
import { failureOf, fileBytes, key, sourceOf } from './conformance/material.ts'
import { isClientError } from './errors.ts'
import { memoryClient } from './memory/memory-client.ts'
import type { ByteSource } from './replica-client.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, { size: 100_000 })

test('compareStored: the same bytes, other bytes, fewer, more → said so', async () => {
  await using client = memoryClient()
  await client.writeFile(file, sourceOf(bytes))
  assert.equal(await compareStored(client, file, sourceOf(bytes, 333)), 'same')
  assert.equal(
    await compareStored(client, file, sourceOf(fileBytes(file, { size: 100_000, fill: 1 }))),
    'different',
  )
  assert.equal(await compareStored(client, file, sourceOf(bytes.subarray(0, 99_999))), 'different')
  assert.equal(await compareStored(client, file, sourceOf(fileBytes(file, { size: 100_001 }))), 'different')
})

test('compareStored: nothing stored → missing, and the source is not opened', async () => {
  await using client = memoryClient()
  let opened = 0
  const source: ByteSource = () => {
    opened++
    return sourceOf(bytes)()
  }
  assert.equal(await compareStored(client, file, source), 'missing')
  assert.equal(opened, 0)
})

test('compareStored: the storage fails → its error', async () => {
  await using client = memoryClient()
  await client.writeFile(file, sourceOf(bytes))
  client.storage.failNext(403)
  assert.ok(isClientError(await failureOf(compareStored(client, file, sourceOf(bytes))), 'CLIENT_DENIED'))
})
