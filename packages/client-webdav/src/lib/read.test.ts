import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ClientErrorCode, type ReadOptions } from '@ltx/client-core'
import { fakeWorlds, fileBytes, key, readAll, type World, type WorldOptions } from '../../test/material.ts'
import { ROOT } from '../../test/subject.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, 150_000)
const { world } = await fakeWorlds()

function withFile(options: WorldOptions = {}): World {
  const made = world(options)
  made.tree.store(`${ROOT}/ltx/0/0000000000000001-0000000000000001.ltx`, bytes)
  return made
}

const assertRejects = (promise: Promise<unknown>, code: ClientErrorCode): Promise<void> =>
  assert.rejects(promise, (error) => isClientError(error, code))

const ranges: readonly ReadOptions[] = [
  {},
  { start: 0, end: 100 },
  { start: 70_000 },
  { start: 59_990, end: 60_010 },
  { start: 149_999 },
  { start: 149_999, end: 900_000 },
  { start: 150_000 },
  { start: 900_000, end: 900_001 },
  { start: 5, end: 5 },
  { start: 9, end: 5 },
]

for (const oddities of [
  {},
  { ignoresRanges: true },
  { ignoresRanges: true, closesAtEnd: true },
  { closesAtEnd: true },
]) {
  for (const range of ranges) {
    test(`readPath: ${JSON.stringify(range)} from a server with ${JSON.stringify(oddities)} → those bytes`, async () => {
      const { client } = withFile({ oddities })
      const expected = bytes.subarray(range.start ?? 0, Math.max(range.end ?? Infinity, range.start ?? 0))
      assert.deepEqual(await readAll(client.readFile(file, range)), expected)
    })
  }
}

test('readPath: no such file, whatever is asked of it → CLIENT_NOT_FOUND', async () => {
  const { client } = world()
  for (const range of ranges) await assertRejects(readAll(client.readFile(file, range)), 'CLIENT_NOT_FOUND')
})

test('readPath: no permission → CLIENT_DENIED', async () => {
  const { client, fail } = withFile()
  fail({ kind: 'status', status: 403 })
  await assertRejects(readAll(client.readFile(file)), 'CLIENT_DENIED')
})

for (const oddities of [
  {},
  { ignoresRanges: true },
  { ignoresRanges: true, closesAtEnd: true },
  { closesAtEnd: true },
]) {
  for (const range of [{}, { start: 10 }, { start: 10, end: 140_000 }]) {
    test(`readPath: ${JSON.stringify(range)} is cut short by a server with ${JSON.stringify(oddities)} → CLIENT_UNREACHABLE`, async () => {
      const { client, fail } = withFile({ oddities })
      fail({ kind: 'truncate', bytes: 100_000 }, 'GET')
      await assertRejects(readAll(client.readFile(file, range)), 'CLIENT_UNREACHABLE')
    })
  }
}

test('readPath: left after the first chunk → one request, no failure', async () => {
  const { client, reports } = withFile()
  for await (const chunk of client.readFile(file)) {
    assert.ok(chunk.length < bytes.length)
    break
  }
  assert.deepEqual(
    reports.map(({ kind, failure }) => [kind, failure]),
    [['GET', null]],
  )
})
