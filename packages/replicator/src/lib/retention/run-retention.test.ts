import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError, type FileKey, type ReplicaClient } from '@ltx/client-core'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { smallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import { runRetention, type RetentionComponents, type RetentionRequest } from './run-retention.ts'

const STORED = '0:1..9 1:1-4 5-8 9-40 9:1-9 1-30 1-60'
const LEFT = '9 1:9-40 9:1-30 1-60'
const REQUEST: RetentionRequest = {
  nowMs: 100_000,
  snapshotRetentionMs: 50_000,
  l0RetentionMs: 5000,
  retentionEnabled: true,
}

async function scene(stored: string = STORED): Promise<RetentionComponents & { client: MemoryClient }> {
  const client = memoryClient()
  for (const file of fileList(stored)) {
    client.storage.put(
      file,
      smallFile({ min: Number(file.minTXID), max: Number(file.maxTXID) }),
      file.createdAtMs,
    )
  }
  const remote = await RemoteFiles.load(client)
  client.storage.requests.list = 0
  return { client, remote }
}

async function storedIn(client: MemoryClient): Promise<string> {
  return listInWords((await RemoteFiles.load(client)).levels.flat())
}

test('runRetention: files that are due → deleted, one request per level, and no longer tracked', async () => {
  const { client, remote } = await scene()
  const result = await runRetention({ client, remote }, REQUEST)
  assert.equal(result.failure, null)
  assert.equal(listInWords(result.deleted), '1 2 3 4 5 6 7 8 1:1-4 5-8 9:1-9')
  assert.equal(result.localUpTo, 8n)
  assert.deepEqual(client.storage.requests, { list: 0, get: 0, put: 0, delete: 3 })
  assert.equal(listInWords(remote.levels.flat()), LEFT)
  assert.equal(await storedIn(client), LEFT)
})

test('runRetention: nothing due → no request', async () => {
  const { client, remote } = await scene(LEFT)
  const result = await runRetention({ client, remote }, REQUEST)
  assert.deepEqual([result.deleted, result.failure], [[], null])
  assert.deepEqual(client.storage.requests, { list: 0, get: 0, put: 0, delete: 0 })
})

test('runRetention: retention disabled → nothing is deleted, local files go all the same, tracking does not grow', async () => {
  const { client, remote } = await scene()
  const result = await runRetention({ client, remote }, { ...REQUEST, retentionEnabled: false })
  assert.deepEqual([result.deleted, result.localUpTo], [[], 8n])
  assert.equal(client.storage.requests.delete, 0)
  assert.equal(listInWords(remote.levels.flat()), LEFT)
})

test('runRetention: deletion fails and says what remains → the rest is no longer tracked, and goes at the next call', async () => {
  const { client, remote } = await scene()
  const partly = Object.create(client) as ReplicaClient
  const remaining = fileList('0:3 7')
  partly.deleteFiles = async (files: readonly FileKey[]) => {
    await client.deleteFiles(files.filter(({ maxTXID }) => maxTXID !== 3n && maxTXID !== 7n))
    throw new ClientError('CLIENT_BUSY', 'two are left', { files: remaining })
  }
  const result = await runRetention({ client: partly, remote }, REQUEST)
  assert.equal((result.failure as ClientError).code, 'CLIENT_BUSY')
  assert.equal(listInWords(result.deleted), '1 2 4 5 6 8')
  assert.equal(listInWords(remote.level(0)), '3 7 9')
  assert.equal(remote.level(9).length, 3, 'the snapshots come last')

  const second = await runRetention({ client, remote }, REQUEST)
  assert.equal(listInWords(second.deleted), '3 7 1:1-4 5-8 9:1-9')
  assert.equal(await storedIn(client), LEFT)
})

test('runRetention: deletion fails without a word → the level is listed again', async () => {
  const { client, remote } = await scene()
  const silent = Object.create(client, {
    deleteFiles: {
      value: async (files: readonly FileKey[]) => {
        await client.deleteFiles(files.slice(0, 2))
        throw new Error('connection reset')
      },
    },
    listFiles: { value: client.listFiles.bind(client) },
  }) as ReplicaClient
  const result = await runRetention({ client: silent, remote }, REQUEST)
  assert.equal(result.failure?.message, 'connection reset')
  assert.equal(listInWords(result.deleted), '1 2')
  assert.equal(listInWords(remote.level(0)), '3 4 5 6 7 8 9')
})

async function away(): Promise<never> {
  throw new Error('no route')
}

test('runRetention: the whole storage is away → nothing is lost from sight, the next call does it all', async () => {
  const { client, remote } = await scene()
  const dead = Object.create(client) as ReplicaClient
  dead.deleteFiles = away
  dead.listFiles = async function* () {
    yield await away()
  }
  const result = await runRetention({ client: dead, remote }, REQUEST)
  assert.equal(result.failure?.message, 'no route')
  assert.deepEqual(result.deleted, [])
  await runRetention({ client, remote }, REQUEST)
  assert.equal(await storedIn(client), LEFT)
})

test('runRetention: aborted → rejects with the reason itself', async () => {
  const reason = new Error('stop')
  const request = { ...REQUEST, signal: AbortSignal.abort(reason) }
  await assert.rejects(runRetention(await scene(), request), (error) => error === reason)
})
