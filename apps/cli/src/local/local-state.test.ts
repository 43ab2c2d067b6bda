import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatFileName, toTxid } from '@ltx/format'
import { metaPathOf as engineMetaPathOf } from '@ltx/replicator'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { fileBytes, localFiles, metaPathOf, newestLocalTxid, removeLocalState } from './local-state.ts'

const name = (txid: bigint): string => formatFileName(toTxid(txid), toTxid(txid))

async function stateFolder(path: string): Promise<string> {
  const metaPath = join(path, 'meta')
  for (const level of ['0', '1']) await mkdir(join(metaPath, 'ltx', level), { recursive: true })
  for (const txid of [1n, 255n, 16n]) await writeFile(join(metaPath, 'ltx', '0', name(txid)), 'x')
  await writeFile(join(metaPath, 'ltx', '0', `${name(999n)}.tmp`), 'x')
  await writeFile(join(metaPath, 'ltx', '1', name(1000n)), 'x')
  for (const record of ['position', 'seal', 'pages', 'main', 'confirmed', 'daemon', 'lock'])
    await writeFile(join(metaPath, record), '')
  return metaPath
}

test('metaPathOf: a database → the folder beside it, the engine’s own', () => {
  assert.equal(metaPathOf('/data/app.db'), '/data/.app.db-litestream')
  assert.equal(metaPathOf('/data/app.db'), engineMetaPathOf('/data/app.db'))
})

test('newestLocalTxid: level 0 files, a temporary and another level → the newest of level 0', async () => {
  await using directory = await temporaryDirectory()
  assert.equal(await newestLocalTxid(await stateFolder(directory.path)), 255n)
  assert.equal(await newestLocalTxid(join(directory.path, 'missing')), null)
})

test('localFiles: all levels, and records → every file that would go, in order; the lock is none', async () => {
  await using directory = await temporaryDirectory()
  const metaPath = await stateFolder(directory.path)
  const files = await localFiles(metaPath)
  assert.deepEqual(
    files.map((file) => file.slice(metaPath.length)),
    [
      `/ltx/0/${name(1n)}`,
      `/ltx/0/${name(16n)}`,
      `/ltx/0/${name(255n)}`,
      `/ltx/0/${name(999n)}.tmp`,
      `/ltx/1/${name(1000n)}`,
      ...['position', 'seal', 'pages', 'main', 'confirmed', 'daemon'].map((record) => `/${record}`),
    ],
  )
  assert.deepEqual(await localFiles(join(directory.path, 'missing')), [])
})

test('removeLocalState: files and records → gone; the lock and the folder stay; twice → fine', async () => {
  await using directory = await temporaryDirectory()
  const metaPath = await stateFolder(directory.path)
  await removeLocalState(metaPath)
  assert.deepEqual(await localFiles(metaPath), [])
  await removeLocalState(metaPath)
  assert.deepEqual(await readdir(metaPath), ['lock'])
})

test('fileBytes: a file, no file → its size, null', async () => {
  await using directory = await temporaryDirectory()
  await writeFile(join(directory.path, 'a'), '12345')
  assert.equal(await fileBytes(join(directory.path, 'a')), 5)
  assert.equal(await fileBytes(join(directory.path, 'b')), null)
})
