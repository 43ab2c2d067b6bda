import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { claimNextTxid } from './claim-next-txid.ts'
import { RemoteFiles } from './remote-files.ts'

const rows: readonly [when: string, locals: number[], stored: string, confirmed: bigint, level0: string][] = [
  ['nothing is stored', [4, 5], '', 4n, '5'],
  ['there is more to come', [4, 5, 6], '', 4n, '5'],
  ['others are there', [4, 5], '0:3 4', 4n, '3 4 5'],
  ['the next one is not local', [4, 6], '', 4n, ''],
  ['nothing comes next', [4], '', 4n, ''],
]

for (const [when, locals, stored, confirmed, expected] of rows) {
  test(`claimNextTxid: ${when} → level 0 is '${expected}'`, async () => {
    const client = memoryClient()
    for (const file of fileList(stored)) client.storage.put(file, smallFile({ max: Number(file.maxTXID) }))
    const local = new MemoryLocalFiles(locals.map((max) => ({ max })))
    const remote = await RemoteFiles.load(client)
    await claimNextTxid({ client, local, remote }, toTxid(confirmed))
    assert.equal(listInWords(await collectFiles(client.listFiles(0))), expected)
    assert.equal(listInWords(remote.level(0)), expected)
  })
}

test('claimNextTxid: the local file is damaged → nothing is stored, and it is left to the upload to say so', async () => {
  const client = memoryClient()
  const local = new MemoryLocalFiles([{ max: 5 }])
  local.files.get(toTxid(5n))![120]! ^= 1
  await claimNextTxid({ client, local, remote: await RemoteFiles.load(client) }, toTxid(4n))
  assert.deepEqual(await collectFiles(client.listFiles(0)), [])
})

for (const createOnly of [true, false]) {
  test(`claimNextTxid: another writer has it, ${createOnly ? 'create-only' : 'overwriting'} storage → refused`, async () => {
    const client = memoryClient()
    Object.defineProperty(client, 'abilities', { value: { ...client.abilities, createOnly } })
    let writes = 0
    const write = client.writeFile.bind(client)
    client.writeFile = (...call) => {
      writes++
      return write(...call)
    }
    const remote = await RemoteFiles.load(client)
    const [five] = fileList('0:5')
    client.storage.put(five!, smallFile({ max: 5, timestampMs: 7 })) // after it was listed
    const local = new MemoryLocalFiles([{ max: 5 }])
    await assert.rejects(claimNextTxid({ client, local, remote }, toTxid(4n)), { code: 'CLIENT_EXISTS' })
    assert.equal(writes, createOnly ? 1 : 0) // the other storage would have taken it
  })
}

test('claimNextTxid: the storage fails → rejects', async () => {
  const client = memoryClient()
  const remote = await RemoteFiles.load(client)
  client.storage.failNext(503)
  const local = new MemoryLocalFiles([{ max: 5 }])
  await assert.rejects(claimNextTxid({ client, local, remote }, toTxid(4n)), { code: 'CLIENT_UNREACHABLE' })
})
