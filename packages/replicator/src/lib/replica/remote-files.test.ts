import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { smallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from './remote-files.ts'

function tracked(text: string): RemoteFiles {
  const remote = new RemoteFiles()
  for (const file of fileList(text)) remote.add(file)
  return remote
}

test('RemoteFiles: load → every level as listed, one request per level', async () => {
  const client = memoryClient()
  for (const file of fileList('0:3 0:4 1:1-2 1:3-4 9:1-2')) {
    client.storage.put(file, smallFile({ min: Number(file.minTXID), max: Number(file.maxTXID) }), 7000)
  }
  const remote = await RemoteFiles.load(client)
  assert.equal(listInWords(remote.levels.flat()), '3 4 1:1-2 3-4 9:1-2')
  assert.equal(remote.maxTXID(), 4n)
  assert.equal(client.storage.requests.list, 10)
})

test('RemoteFiles: load of an empty replica → nothing', async () => {
  const remote = await RemoteFiles.load(memoryClient())
  assert.equal(remote.maxTXID(), null)
  assert.equal(remote.newest(0), null)
})

test('RemoteFiles: load that fails → rejects with the failure', async () => {
  const client = memoryClient()
  client.storage.failNext(503)
  await assert.rejects(RemoteFiles.load(client), { code: 'CLIENT_UNREACHABLE' })
})

test('RemoteFiles: add in any order → ascending', () => {
  assert.equal(listInWords(tracked('0:3 1 2 1:5-6 1-4').levels.flat()), '1 2 3 1:1-4 5-6')
})

test('RemoteFiles: add under a known name → replaced', () => {
  const remote = tracked('0:1 2 3')
  remote.add({ ...fileList('0:2')[0]!, size: 77 })
  assert.deepEqual(
    remote.level(0).map(({ size }) => size),
    [100, 77, 100],
  )
})

test('RemoteFiles: newest and maxTXID → by where files end, over all levels', () => {
  const remote = tracked('0:1 2 1:1-9 3-4 9:1-5')
  assert.equal(remote.newest(1)?.maxTXID, 9n)
  assert.equal(remote.maxTXID(), 9n)
})

test('RemoteFiles: remove → those of the level only, unknown ones are fine', () => {
  const remote = tracked('0:1 2 3 1:1 2-3')
  remote.remove(fileList('0:1 3 8 1:2-3'))
  assert.equal(listInWords(remote.levels.flat()), '2 1:1')
})

test('RemoteFiles: forgetAll → nothing is known', () => {
  const remote = tracked('0:1 9:1-4')
  remote.forgetAll()
  assert.equal(remote.maxTXID(), null)
})

test('RemoteFiles: reload → what is stored now; a failing one changes nothing', async () => {
  const client = memoryClient()
  const remote = tracked('0:1 2')
  client.storage.failNext(503)
  await assert.rejects(remote.reload(client, 0), { code: 'CLIENT_UNREACHABLE' })
  assert.equal(listInWords(remote.level(0)), '1 2')
  client.storage.put(fileList('0:5')[0]!, smallFile({ max: 5 }))
  await remote.reload(client, 0)
  assert.equal(listInWords(remote.level(0)), '5')
})

test('RemoteFiles: reload where the listing has no exact times → those of files we know are kept', async () => {
  const client = memoryClient({ clock: { wallMs: () => 99_000 } })
  const bytes = smallFile({ max: 2 })
  for (const file of fileList('0:2 3')) client.storage.put(file, bytes, 99_000)
  const remote = new RemoteFiles()
  remote.add({ ...fileList('0:2')[0]!, size: bytes.length, earliestAtMs: 1500 })
  await remote.reload(client, 0)
  assert.deepEqual(
    remote.level(0).map(({ createdAtMs, earliestAtMs }) => [createdAtMs, earliestAtMs]),
    [
      [2000, 1500],
      [99_000, undefined],
    ],
  )
})

test('RemoteFiles: a level that cannot be → RangeError', () => {
  assert.throws(() => new RemoteFiles().level(10), RangeError)
  assert.throws(() => new RemoteFiles().level(-1), RangeError)
})
