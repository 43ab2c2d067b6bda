import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { fileList } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { askReplica } from './ask-replica.ts'

test('askReplica: files on both sides → one listing of each level, one ranged read', async () => {
  const client = memoryClient()
  for (const file of fileList('0:3 4')) client.storage.put(file, smallFile({ max: Number(file.maxTXID) }), 1)
  const local = new MemoryLocalFiles([{ max: 4 }, { max: 5 }])
  const { remote, facts } = await askReplica({ client, local })
  assert.deepEqual([remote.maxTXID(), facts.identity, facts.local], [4n, 'same', { min: 4n, max: 5n }])
  assert.deepEqual(client.storage.requests, { list: 10, get: 1, put: 0, delete: 0 })
})

test('askReplica: the storage does not answer → rejects, nothing is concluded', async () => {
  const client = memoryClient()
  client.storage.failNext(503)
  await assert.rejects(askReplica({ client, local: new MemoryLocalFiles() }), { code: 'CLIENT_UNREACHABLE' })
})
