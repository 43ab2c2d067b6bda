import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fakeWorlds, readAll } from '../../test/material.ts'

const { world } = await fakeWorlds()
const OLD = 'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4'

for (const [path, root] of [
  ['app/db', 'app/db/'],
  ['foo/', 'foo/'],
  ['.', ''],
  ['', ''],
] as const) {
  test(`legacy: path ${JSON.stringify(path)} → old backups below ${JSON.stringify(root)}, page by page, and read`, async () => {
    const { client, bucket } = world({ path })
    const names = [OLD, 'generations/0123456789abcdef/wal/00000001_00000000.wal.lz4', 'generations/z']
    for (const name of names) bucket.put(`${root}${name}`, Buffer.from(name), {})
    bucket.put(`${root}other`, Buffer.from('x'), {})
    assert.ok(client.legacy)
    const listed: string[] = []
    for await (const { path: name, size } of client.legacy.list()) {
      assert.equal(size, name.length)
      listed.push(name)
    }
    assert.deepEqual(listed, names)
    assert.equal(Buffer.from(await readAll(client.legacy.read(OLD))).toString(), OLD)
  })
}
