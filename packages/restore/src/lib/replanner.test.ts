import assert from 'node:assert/strict'
import type { FileKey } from '@ltx/client-core'
import { memoryClient, type MemoryStorage } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { BrokenFile } from './broken-file.ts'
import { isRestoreError } from './errors.ts'
import { fileLabel } from './file-label.ts'
import { Replanner } from './replanner.ts'
import { LATEST } from './restore-target.ts'

function put(storage: MemoryStorage, level: number, min: number, max: number): void {
  const key: FileKey = { level, minTXID: toTxid(BigInt(min)), maxTXID: toTxid(BigInt(max)) }
  storage.put(key, new Uint8Array(10), max)
}

test('Replanner: planned twice → listed once', async () => {
  const client = memoryClient()
  put(client.storage, 0, 1, 1)
  const replanner = new Replanner(client, LATEST, undefined)
  const plan = await replanner.plan()
  assert.equal(await replanner.plan(), plan)
  assert.equal(client.storage.requests.list, 10)
})

test('Replanner: a listing is given → taken, and listed anew only when a file of it is missing', async () => {
  const client = memoryClient()
  put(client.storage, 0, 1, 1)
  const given = Promise.resolve(new Map([[0, [fileInfo(0, 1, 1), fileInfo(0, 2, 2)]]]))
  const replanner = new Replanner(client, LATEST, undefined, given)
  assert.equal((await replanner.plan()).maxTXID, 2n)
  assert.equal(client.storage.requests.list, 0)
  put(client.storage, 1, 1, 2)
  await replanner.avoid(new BrokenFile(fileInfo(0, 2, 2), 'gone', { isMissing: true }))
  assert.equal(client.storage.requests.list, 10)
  assert.deepEqual((await replanner.plan()).files.map(fileLabel), [fileLabel(fileInfo(1, 1, 2))])
})

test('Replanner: a broken compaction, its sources are there → the sources; the broken one is reported', async () => {
  const client = memoryClient()
  for (const [level, min, max] of [
    [9, 1, 3],
    [1, 4, 5],
    [0, 4, 4],
    [0, 5, 5],
  ] as const)
    put(client.storage, level, min, max)
  const replanner = new Replanner(client, LATEST, undefined)
  await replanner.plan()
  const broken = fileInfo(1, 4, 5)
  await replanner.avoid(new BrokenFile(broken, 'bad'))
  const plan = await replanner.plan()
  assert.deepEqual(
    plan.files.map((file) => `${file.level}/${file.maxTXID}`),
    ['9/3', '0/4', '0/5'],
  )
  assert.deepEqual(replanner.avoided.map(fileLabel), [fileLabel(broken)])
  assert.equal(client.storage.requests.list, 10, 'a broken file is no reason to list again')
})

test('Replanner: the same file broken again → RESTORE_CORRUPT, not an endless loop', async () => {
  const client = memoryClient()
  put(client.storage, 0, 1, 1)
  put(client.storage, 9, 1, 1)
  const replanner = new Replanner(client, LATEST, undefined)
  await replanner.plan()
  const broken = new BrokenFile(fileInfo(9, 1, 1), 'bad')
  await replanner.avoid(broken)
  await assert.rejects(replanner.avoid(broken), (error) => isRestoreError(error, 'RESTORE_CORRUPT'))
})

test('Replanner: a missing file that a compaction has replaced meanwhile → found by listing again', async () => {
  const client = memoryClient()
  for (const txid of [1, 2, 3]) put(client.storage, 0, txid, txid)
  const replanner = new Replanner(client, LATEST, undefined)
  await replanner.plan()
  put(client.storage, 1, 1, 3)
  const gone = fileInfo(0, 2, 2)
  await client.deleteFiles([gone])
  await replanner.avoid(new BrokenFile(gone, 'gone', { isMissing: true }))
  const { files } = await replanner.plan()
  assert.deepEqual(
    files.map((file) => file.level),
    [1],
  )
})

test('Replanner: the newest file is gone, listed again → RESTORE_CORRUPT, not the state before it', async () => {
  const client = memoryClient()
  for (const txid of [1, 2]) put(client.storage, 0, txid, txid)
  const replanner = new Replanner(client, LATEST, undefined)
  await replanner.plan()
  const gone = fileInfo(0, 2, 2)
  await client.deleteFiles([gone])
  await assert.rejects(
    replanner.avoid(new BrokenFile(gone, 'gone', { isMissing: true })),
    (error) =>
      isRestoreError(error, 'RESTORE_CORRUPT') &&
      error.below === 1n &&
      error.message.includes(fileLabel(gone)),
  )
})
