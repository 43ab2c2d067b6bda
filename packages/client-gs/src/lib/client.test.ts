import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { PART_BYTES } from '../../test/subject.ts'

const { world } = await fakeWorlds()

test('gsClient: made → says where it is, and asks nobody', async () => {
  const { bucket, client } = world()
  assert.equal(client.url, `gs://${bucket.name}/app/db`)
  assert.deepEqual([client.type, bucket.requests], ['gs', []])
  await client.init()
  await client.init()
  assert.deepEqual(bucket.requests, ['LIST'])
})

test('gsClient: every request → one report, with its bytes', async () => {
  const { client, reports, fail } = world()
  const file = key(0, 1n)
  const bytes = fileBytes(file, 2 * PART_BYTES)
  await client.writeFile(file, () => chunksOf(bytes))
  await readAll(client.readFile(file))
  for await (const _ of client.listFiles(0)) break
  fail({ kind: 'status', status: 403, reason: 'forbidden' })
  await assert.rejects(client.deleteFiles([file]))
  await client.deleteFiles([file])
  await assert.rejects(readAll(client.readFile(file)))
  const seen = reports.map(({ kind, failure }) => (failure === null ? kind : `${kind} ${failure}`))
  assert.deepEqual(seen, [
    'PUT',
    'PUT',
    'PUT',
    'GET',
    'LIST',
    'DELETE CLIENT_DENIED',
    'DELETE',
    'GET CLIENT_NOT_FOUND',
  ])
  assert.ok(reports.every(({ durationMs }) => durationMs >= 0))
  const [begun, first, second, get] = reports
  assert.ok((begun?.bytesUp ?? 0) > 50)
  assert.deepEqual(
    [first?.bytesUp, second?.bytesUp, get?.bytesDown],
    [PART_BYTES, PART_BYTES, 2 * PART_BYTES],
  )
})

test('gsClient: a read that is stopped → a report without a failure; one that is aborted → ABORTED', async () => {
  const { client, reports } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file, 400_000)))
  for await (const _ of client.readFile(file)) break
  const controller = new AbortController()
  const read = async (): Promise<void> => {
    for await (const _ of client.readFile(file, { signal: controller.signal })) controller.abort()
  }
  await assert.rejects(read())
  assert.deepEqual(
    reports.slice(-2).map(({ failure }) => failure),
    [null, 'ABORTED'],
  )
})

test('gsClient: a hundred deletes, of which some fail → the others are gone, these are named', async () => {
  const { bucket, client, fail } = world()
  const files = Array.from({ length: 100 }, (_, index) => key(0, BigInt(index + 1)))
  for (const file of files) await client.writeFile(file, () => chunksOf(fileBytes(file)))
  for (let index = 0; index < 3; index++)
    fail({ kind: 'status', status: 503, reason: 'backendError' }, 'DELETE')
  await assert.rejects(client.deleteFiles(files), (error) => {
    assert.ok(isClientError(error, 'CLIENT_BUSY'))
    assert.equal(error.files.length, 3)
    return true
  })
  assert.equal(bucket.objects.size, 3)
})

test('gsClient: closed while a server hangs → CLIENT_CLOSED at once', async () => {
  const { client, fail } = world({ timeoutMs: 60_000 })
  fail({ kind: 'hang' })
  const init = client.init()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await client.close()
  await assert.rejects(init, (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('gsClient: a file whose name needs no escape below a path that does → found again', async () => {
  const { bucket, client } = world({ path: 'a b/ü%?#+/c' })
  const file = key(9, 1n, 7n)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  assert.deepEqual([...bucket.objects.keys()], ['a b/ü%?#+/c/ltx/9/0000000000000001-0000000000000007.ltx'])
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
  for await (const { createdAtMs } of client.listFiles(9)) assert.equal(createdAtMs, TIME_MS)
  await client.deleteAll()
  assert.equal(bucket.objects.size, 0)
})
