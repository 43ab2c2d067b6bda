import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type LegacyObject } from '@ltx/client-core'
import { FakeS3 } from '../../test/fake-server.ts'
import { readAll } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'

const SNAPSHOT = 'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4'
const WAL = 'generations/0123456789abcdef/wal/00000000_00000000.wal.lz4'

async function listed(objects: AsyncIterable<LegacyObject>): Promise<LegacyObject[]> {
  const found: LegacyObject[] = []
  for await (const object of objects) found.push(object)
  return found
}

const roots: readonly [path: string, root: string][] = [
  ['app/db', 'app/db/'],
  ['', ''],
  ['.', ''],
  ['foo/', 'foo/'],
  ['/foo', '/foo/'],
  ['a//b/./c', 'a/b/c/'],
]

for (const [path, root] of roots) {
  test(`legacy: path ${JSON.stringify(path)} → old backups are below ${JSON.stringify(root)}`, async () => {
    await using fake = await FakeS3.start()
    const bucket = fake.bucket('backups')
    for (const each of [WAL, SNAPSHOT]) bucket.put(`${root}${each}`, new TextEncoder().encode(each), {})
    bucket.put(`${root}0000/0000000000000001-0000000000000001.ltx`, new Uint8Array(1), {})
    await using client = fakeClient(fake, { path })
    const found = await listed(client.legacy?.list() ?? assert.fail())
    assert.deepEqual(
      found.map((each) => [each.path, each.size]),
      [
        [SNAPSHOT, SNAPSHOT.length],
        [WAL, WAL.length],
      ],
    )
    assert.ok(Math.abs((found[0]?.modifiedAtMs ?? 0) - Date.now()) < 60_000)
    const bytes = await readAll(client.legacy?.read(WAL) ?? assert.fail())
    assert.equal(Buffer.from(bytes).toString(), WAL)
  })
}

test('legacy: none, a missing one, after close → empty, CLIENT_NOT_FOUND, CLIENT_CLOSED', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake)
  const legacy = client.legacy ?? assert.fail()
  assert.deepEqual(await listed(legacy.list()), [])
  await assert.rejects(readAll(legacy.read(WAL)), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
  await client.close()
  await assert.rejects(listed(legacy.list()), (error) => isClientError(error, 'CLIENT_CLOSED'))
  await assert.rejects(readAll(legacy.read(WAL)), (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('legacy: aborted → the reason itself', async () => {
  await using fake = await FakeS3.start()
  await using client = fakeClient(fake)
  const signal = AbortSignal.abort('enough')
  await assert.rejects(
    listed(client.legacy?.list({ signal }) ?? assert.fail()),
    (error) => error === 'enough',
  )
  await assert.rejects(
    readAll(client.legacy?.read(WAL, { signal }) ?? assert.fail()),
    (error) => error === 'enough',
  )
})
