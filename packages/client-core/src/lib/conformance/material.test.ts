import assert from 'node:assert/strict'
import { decodeHeader } from '@ltx/format'
import { test } from 'vitest'
import { memoryClient } from '../memory/memory-client.ts'
import {
  assertNothingStored,
  assertSameBytes,
  failingSource,
  failureOf,
  fileBytes,
  inParallel,
  key,
  readAll,
  rejectsWithCode,
  rejectsWithReason,
  sourceOf,
} from './material.ts'

const file = key(0, 3n, 7n)

test('fileBytes: size, time and fill → a header that is right, and other bytes for another fill', () => {
  const bytes = fileBytes(file, { size: 500, timestampMs: 42 })
  const { minTXID, maxTXID, timestampMs } = decodeHeader(bytes)
  assert.deepEqual([bytes.length, minTXID, maxTXID, timestampMs], [500, 3n, 7n, 42])
  assert.notDeepEqual(fileBytes(file, { size: 500, fill: 1 }), fileBytes(file, { size: 500 }))
})

test('sourceOf: chunks kept beyond their time → are garbage', async () => {
  const bytes = fileBytes(file)
  assert.notDeepEqual(await readAll(sourceOf(bytes, 10)()), bytes)
})

test('failingSource: after 50 bytes → 50 bytes, then the error', async () => {
  const error = new Error('x')
  let size = 0
  const read = async (): Promise<void> => {
    for await (const chunk of failingSource(fileBytes(file), 50, error)()) size += chunk.length
  }
  assert.equal(await failureOf(read()), error)
  assert.equal(size, 50)
})

test('assertions: what must fail them → does', async () => {
  assert.throws(() => assertSameBytes(Uint8Array.of(1), Uint8Array.of(2), 'x'))
  assert.throws(() => assertSameBytes(Uint8Array.of(1), Uint8Array.of(1, 2), 'x'))
  await assert.rejects(failureOf(Promise.resolve()))
  await assert.rejects(rejectsWithCode(Promise.reject(new Error('x')), 'CLIENT_FULL'))
  await assert.rejects(rejectsWithReason(Promise.reject(new Error('x')), new Error('x')))
  await using client = memoryClient()
  await client.writeFile(file, sourceOf(fileBytes(file)))
  await assert.rejects(assertNothingStored(client, file))
  await assertNothingStored(client, key(0, 3n))
})

test('inParallel: three at once → every item, and never four', async () => {
  const seen: number[] = []
  let running = 0
  let most = 0
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(item)
    running--
  })
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7],
  )
  assert.equal(most, 3)
})
