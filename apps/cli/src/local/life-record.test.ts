import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { folderId, LIFE_RECORD, readLife, writeLife } from './life-record.ts'

const RECORD = { socket: '/a/.x.db-litestream/alive', database: '/a/x.db' }

test('writeLife: nothing there, the same, another → read back; the same is not written again; as open as its folder', async () => {
  await using directory = await temporaryDirectory()
  await chmod(directory.path, 0o750)
  writeLife(directory.path, RECORD)
  assert.deepEqual(readLife(directory.path), RECORD)
  const path = join(directory.path, LIFE_RECORD)
  assert.equal((await stat(path)).mode & 0o027, 0)
  await writeFile(path, JSON.stringify(RECORD)) // without the newline
  writeLife(directory.path, { ...RECORD })
  assert.equal(await readFile(path, 'utf8'), JSON.stringify(RECORD))
  writeLife(directory.path, { ...RECORD, socket: '/b' })
  assert.equal(readLife(directory.path)?.socket, '/b')
})

test('readLife: none, damaged, of other types → null', async () => {
  await using directory = await temporaryDirectory()
  assert.equal(readLife(directory.path), null)
  for (const text of ['', 'null', '{"socket":1,"database":"/a"}', '{"socket":"/a"}']) {
    await writeFile(join(directory.path, LIFE_RECORD), text)
    assert.equal(readLife(directory.path), null, text)
  }
})

test('folderId: moved → the same; another folder → another', async () => {
  await using directory = await temporaryDirectory()
  const [a, b, moved] = ['a', 'b', 'moved'].map((name) => join(directory.path, name)) as [
    string,
    string,
    string,
  ]
  for (const path of [a, b]) await mkdir(path)
  const before = folderId(a)
  assert.notEqual(folderId(b), before)
  await rename(a, moved)
  assert.equal(folderId(moved), before)
})
