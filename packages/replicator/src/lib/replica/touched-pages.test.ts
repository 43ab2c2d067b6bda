import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { levelList, listInWords } from '../../../test/file-list.ts'
import { smallFile, type SmallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from './remote-files.ts'
import { planTouchedFiles, readTouchedPages } from './touched-pages.ts'

const rows: readonly [
  situation: string,
  stored: string,
  after: number,
  upTo: number,
  files: string | null,
][] = [
  ['single files', '0:5..9', 6, 9, '7 8 9'],
  ['a compacted file in place of many', '0:5..9 1:5-8', 6, 9, '1:5-8 0:9'],
  ['two that reach equally far', '1:4-9 0:5..9 2:7-9', 6, 9, '2:7-9'],
  ['a hole', '0:5 6 8 9', 6, 9, null],
  ['an end that is not reached', '0:5..8', 6, 9, null],
  ['snapshots, which hold every page', '9:1-9 0:5 6', 6, 9, null],
  ['a whole image at another level, which does so too', '2:1-9', 6, 9, null],
]

for (const [situation, stored, after, upTo, files] of rows) {
  test(`planTouchedFiles: ${situation} → ${files ?? 'not covered'}`, () => {
    const span = { after: toTxid(BigInt(after)), upTo: toTxid(BigInt(upTo)) }
    const plan = planTouchedFiles(levelList(stored), span)
    assert.equal(plan === null ? null : listInWords(plan), files)
  })
}

async function replicaOf(
  files: readonly SmallFile[],
): Promise<{ client: ReturnType<typeof memoryClient>; remote: RemoteFiles }> {
  const client = memoryClient()
  for (const file of files) {
    const [minTXID, maxTXID] = [toTxid(BigInt(file.min ?? file.max)), toTxid(BigInt(file.max))]
    client.storage.put({ level: 0, minTXID, maxTXID }, smallFile(file))
  }
  return { client, remote: await RemoteFiles.load(client) }
}

test('readTouchedPages: several files → the pages of all of them', async () => {
  const { client, remote } = await replicaOf([
    { max: 2, pages: [1, 5] },
    { max: 3, pages: [3, 5] },
    { max: 4, pages: [9] },
  ])
  const pages = await readTouchedPages(client, remote.level(0))
  assert.deepEqual(
    [...(pages ?? [])].toSorted((a, b) => a - b),
    [1, 3, 5, 9],
  )
})

test('readTouchedPages: no files → no pages', async () => {
  assert.deepEqual(await readTouchedPages(memoryClient(), []), new Set())
})

test('readTouchedPages: as many pages as the limit → all, one more → null', async () => {
  const { client, remote } = await replicaOf([
    { max: 2, pages: [1, 5] },
    { max: 3, pages: [3] },
  ])
  assert.equal((await readTouchedPages(client, remote.level(0), { pagesMax: 3 }))?.size, 3)
  assert.equal(await readTouchedPages(client, remote.level(0), { pagesMax: 2 }), null)
})

test('readTouchedPages: a file that is gone → CLIENT_NOT_FOUND', async () => {
  const { client, remote } = await replicaOf([{ max: 2 }, { max: 3 }])
  const files = [...remote.level(0)]
  await client.deleteFiles(files.slice(1))
  await assert.rejects(readTouchedPages(client, files), { code: 'CLIENT_NOT_FOUND' })
})

test('readTouchedPages: a file that is no LTX file → a FormatError', async () => {
  const { client, remote } = await replicaOf([{ max: 2 }])
  const [file] = remote.level(0)
  assert.ok(file !== undefined)
  client.storage.put(file, new Uint8Array(file.size).fill(0xff))
  await assert.rejects(readTouchedPages(client, [file]), { name: 'FormatError' })
})
