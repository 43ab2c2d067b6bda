import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { beginLevel0 } from './begin-level-0.ts'
import { RemoteFiles } from './remote-files.ts'

const rows: readonly [when: string, locals: number[], stored: string, confirmed: bigint, level0: string][] = [
  ['nothing is stored', [4, 5], '', 4n, '5'],
  ['there is more to come', [4, 5, 6], '', 4n, '5'],
  ['a file is there', [4, 5], '0:3', 4n, '3'],
  ['the next one is not local', [4, 6], '', 4n, ''],
  ['nothing comes next', [4], '', 4n, ''],
]

for (const [when, locals, stored, confirmed, expected] of rows) {
  test(`beginLevel0: ${when} → level 0 is '${expected}'`, async () => {
    const client = memoryClient()
    for (const file of fileList(stored)) client.storage.put(file, smallFile({ max: Number(file.maxTXID) }))
    const local = new MemoryLocalFiles(locals.map((max) => ({ max })))
    const remote = await RemoteFiles.load(client)
    await beginLevel0({ client, local, remote }, toTxid(confirmed))
    assert.equal(listInWords(await collectFiles(client.listFiles(0))), expected)
    assert.equal(listInWords(remote.level(0)), expected)
  })
}

test('beginLevel0: the local file is damaged → nothing is stored, and it is left to the upload to say so', async () => {
  const client = memoryClient()
  const local = new MemoryLocalFiles([{ max: 5 }])
  local.files.get(toTxid(5n))![120]! ^= 1
  await beginLevel0({ client, local, remote: await RemoteFiles.load(client) }, toTxid(4n))
  assert.deepEqual(await collectFiles(client.listFiles(0)), [])
})

test('beginLevel0: the storage fails → rejects', async () => {
  const client = memoryClient()
  const remote = await RemoteFiles.load(client)
  client.storage.failNext(503)
  const local = new MemoryLocalFiles([{ max: 5 }])
  await assert.rejects(beginLevel0({ client, local, remote }, toTxid(4n)), { code: 'CLIENT_UNREACHABLE' })
})
