import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { fileList } from '../../../test/file-list.ts'
import { smallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from './remote-files.ts'
import { findGone, mayHaveLostFiles } from './stored-files-gone.ts'

const files = fileList('9:1 0:2..4 1:2-3')

async function stored(): Promise<{ client: ReturnType<typeof memoryClient>; remote: RemoteFiles }> {
  const client = memoryClient()
  for (const file of files) {
    const [min, max] = [Number(file.minTXID), Number(file.maxTXID)]
    client.storage.put(file, smallFile({ min, max, timestampMs: 1000 }), 1)
  }
  return { client, remote: await RemoteFiles.load(client) }
}

test('findGone: all is there, also with files of which we know nothing → null', async () => {
  const { client, remote } = await stored()
  assert.equal(await findGone(client, remote), null)
  assert.equal(await findGone(client, new RemoteFiles()), null)
})

for (const file of files) {
  test(`findGone: file ${file.minTXID}-${file.maxTXID} of level ${file.level} was removed → found, unless we did it`, async () => {
    const { client, remote } = await stored()
    await client.deleteFiles([file])
    const gone = await findGone(client, remote)
    assert.deepEqual([gone?.level, gone?.minTXID, gone?.maxTXID], [file.level, file.minTXID, file.maxTXID])
    const meanwhile = findGone(client, remote)
    remote.remove([file])
    assert.equal(await meanwhile, null)
  })
}

test('findGone: the storage does not answer → its error, nothing is said to be gone', async () => {
  const { client, remote } = await stored()
  client.storage.failNext(503)
  await assert.rejects(findGone(client, remote), { code: 'CLIENT_UNREACHABLE' })
})

test('mayHaveLostFiles: a failure that says nothing about what is stored → no look', () => {
  for (const code of ['CLIENT_BUSY', 'CLIENT_UNREACHABLE', 'CLIENT_EXISTS', 'CLIENT_BAD_FILE'] as const)
    assert.equal(mayHaveLostFiles(new ClientError(code, 'x')), false)
  for (const code of ['CLIENT_UNEXPECTED', 'CLIENT_DENIED', 'CLIENT_FULL', 'CLIENT_BAD_OPTIONS'] as const)
    assert.equal(mayHaveLostFiles(new ClientError(code, 'x')), true)
  assert.equal(mayHaveLostFiles(new Error('x')), false)
})
