import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FileKey, ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { decodeFileSpec, withBitFlipped, type WholeFileSpec } from '@ltx/format/testing'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { FAN_IN_LIMITS } from './plan-compaction.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import {
  runCompaction,
  type CompactionComponents,
  type CompactionOutcome,
  type CompactionRequest,
} from './run-compaction.ts'

const REQUEST: CompactionRequest = { level: 1, intervalMs: null, nowMs: 100_000 }

interface Scene extends CompactionComponents {
  readonly env: SimEnv
  readonly client: MemoryClient
  readonly local: MemoryLocalFiles
}

/** A replica with these files; page n+1 of a file that ends at TXID n is full of n, besides page 1. */
async function scene(stored: string, options: { exactTimes?: boolean } = {}): Promise<Scene> {
  const env = simEnv({ seed: 5 })
  const client = memoryClient(options.exactTimes === false ? { clock: env.clock } : {})
  for (const key of fileList(stored)) client.storage.put(key, bytesOf(key), key.createdAtMs)
  return { env, client, local: new MemoryLocalFiles(), remote: await RemoteFiles.load(client) }
}

function bytesOf(
  { minTXID, maxTXID }: FileKey,
  changes: { pageSize?: number; fill?: number } = {},
): Uint8Array {
  const [min, max] = [Number(minTXID), Number(maxTXID)]
  const touched = Array.from({ length: max - min + 1 }, (_, index) => min + index + 1)
  const pages = min === 1 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, ...touched]
  return smallFile({ min, max, pages, fill: max, ...changes })
}

function keyOf(text: string): FileKey {
  const [file] = fileList(text)
  assert.ok(file !== undefined)
  return file
}

function contents(client: MemoryClient, key: string): WholeFileSpec {
  const bytes = client.storage.get(keyOf(key))
  assert.ok(bytes !== null, `${key} is not stored`)
  return decodeFileSpec(bytes)
}

/** What each page is full of. */
function fills(file: WholeFileSpec): Record<number, number> {
  return Object.fromEntries(file.pages.map(({ pageNumber, data }) => [pageNumber, data[0] ?? -1]))
}

function inWords(outcome: CompactionOutcome): string {
  if (outcome.kind === 'gap') return `gap ${outcome.first}-${outcome.last}`
  if (outcome.kind === 'unmergeable') return `unmergeable ${listInWords(outcome.inputs)}`
  if (outcome.kind !== 'compacted') return outcome.kind
  return `${listInWords([outcome.file])} of ${listInWords(outcome.inputs)}${outcome.more ? ' more' : ''}`
}

test('runCompaction: local files → merged from the disk, stored, tracked, with the times of the last and the first', async () => {
  const at = await scene('0:3 4 5')
  for (const max of [3, 4, 5]) at.local.files.set(keyOf(`${max}`).maxTXID, bytesOf(keyOf(`${max}`)))
  const outcome = await runCompaction(at, REQUEST)
  assert.equal(inWords(outcome), '1:3-5 of 3 4 5')
  assert.deepEqual(at.client.storage.requests, { list: 10, get: 0, put: 1, delete: 0 })
  const file = contents(at.client, '1:3-5')
  assert.deepEqual(fills(file), { 1: 5, 4: 3, 5: 4, 6: 5 })
  assert.deepEqual([file.minTXID, file.maxTXID, file.timestampMs, file.noChecksum], [3n, 5n, 5000, true])
  const [tracked] = at.remote.level(1)
  assert.deepEqual([tracked?.createdAtMs, tracked?.earliestAtMs], [5000, 3000])
})

test('runCompaction: the next level → merged from the storage', async () => {
  const at = await scene('1:1-2 3-5')
  assert.equal(inWords(await runCompaction(at, { ...REQUEST, level: 2 })), '2:1-5 of 1:1-2 3-5')
  assert.deepEqual(fills(contents(at.client, '2:1-5')), {
    1: 5,
    2: 2,
    3: 2,
    4: 5,
    5: 5,
    6: 5,
    7: 2,
    8: 2,
    9: 2,
  })
})

for (const [stored, intervalMs, expected] of [
  ['1:1-4', null, 'nothing'],
  ['0:5 1:1-4@99', 30_000, 'too-early'],
  ['0:6 1:1-4', null, 'gap 5-5'],
] as const) {
  test(`runCompaction: ${stored} → ${expected}, without a request`, async () => {
    const at = await scene(stored)
    assert.equal(inWords(await runCompaction(at, { ...REQUEST, intervalMs })), expected)
    assert.deepEqual(at.client.storage.requests, { list: 10, get: 0, put: 0, delete: 0 })
  })
}

test('runCompaction: a backlog → several files, each stored before the next', async () => {
  const at = await scene('0:1..5')
  const limits = { ...FAN_IN_LIMITS, filesMax: 2 }
  const made: string[] = []
  for (let more = true; more;) {
    const outcome = await runCompaction(at, { ...REQUEST, limits })
    made.push(inWords(outcome))
    more = outcome.kind === 'compacted' && outcome.more
  }
  assert.deepEqual(made, ['1:1-2 of 1 2 more', '1:3-4 of 3 4 more', '1:5 of 5'])
})

test('runCompaction: a source that straddles the end of the level → named from there, with its last pages', async () => {
  const at = await scene('1:1-4 2:1-3')
  assert.equal(inWords(await runCompaction(at, { ...REQUEST, level: 2 })), '2:4 of 1:1-4')
  const file = contents(at.client, '2:4')
  assert.deepEqual([file.minTXID, file.maxTXID, file.pages.length], [4n, 4n, 9])
})

test('runCompaction: a local copy of another size, or gone → the stored file is read', async () => {
  const at = await scene('0:3 4')
  at.local.files.set(keyOf('3').maxTXID, new Uint8Array(7))
  at.local.files.set(keyOf('4').maxTXID, bytesOf(keyOf('4')))
  const read = at.local.read.bind(at.local)
  at.local.read = (txid) => {
    at.local.files.delete(txid) // retention is faster
    return read(txid)
  }
  assert.equal(inWords(await runCompaction(at, REQUEST)), '1:3-4 of 3 4')
  assert.deepEqual(fills(contents(at.client, '1:3-4')), { 1: 4, 4: 3, 5: 4 })
})

test('runCompaction: a damaged local copy → the stored files are read instead', async () => {
  const at = await scene('0:3 4')
  const sound = bytesOf(keyOf('3'))
  at.local.files.set(keyOf('3').maxTXID, withBitFlipped(sound, sound.length - 1, 0))
  assert.equal(inWords(await runCompaction(at, REQUEST)), '1:3-4 of 3 4')
})

function damage(at: Scene, text: string): void {
  const sound = bytesOf(keyOf(text))
  at.client.storage.put(keyOf(text), withBitFlipped(sound, sound.length - 1, 0))
}

test('runCompaction: a damaged stored file → unmergeable, nothing is stored; after a snapshot the level goes on behind it', async () => {
  const at = await scene('0:3 4 5 6 1:1-2')
  damage(at, '4')
  assert.equal(inWords(await runCompaction(at, REQUEST)), 'unmergeable 3 4 5 6')
  assert.equal(listInWords(at.remote.level(1)), '1:1-2')
  at.remote.add({ ...keyOf('9:1-4'), size: 1, createdAtMs: 4000 })
  const outcome = await runCompaction(at, REQUEST)
  assert.equal(inWords(outcome), '1:5-6 of 5 6')
  assert.equal(outcome.kind === 'compacted' && outcome.jumpedFrom, 2n)
})

test('runCompaction: damage that the newest snapshot has behind it, nothing new → nothing', async () => {
  const at = await scene('0:3 4 1:1-2 9:1-4')
  damage(at, '4')
  assert.equal(inWords(await runCompaction(at, REQUEST)), 'nothing')
})

test('runCompaction: damage after the newest snapshot → unmergeable', async () => {
  const at = await scene('0:3 4 5 1:1-2 9:1-3')
  damage(at, '5')
  assert.equal(inWords(await runCompaction(at, REQUEST)), 'unmergeable 4 5')
})

test('runCompaction: another page size in the middle → unmergeable until a snapshot, then it goes on', async () => {
  const at = await scene('0:3 4 5')
  for (const text of ['4', '5']) at.client.storage.put(keyOf(text), bytesOf(keyOf(text), { pageSize: 1024 }))
  await at.remote.reload(at.client, 0)
  assert.equal(inWords(await runCompaction(at, REQUEST)), 'unmergeable 3 4 5')
  at.remote.add({ ...keyOf('9:1-4'), size: 1, createdAtMs: 4000 })
  assert.equal(inWords(await runCompaction(at, REQUEST)), '1:5 of 5')
})

test('runCompaction: the file is there already, byte for byte → counts as made', async () => {
  const at = await scene('0:3 4')
  await runCompaction(at, REQUEST)
  at.remote.remove(fileList('1:3-4'))
  assert.equal(inWords(await runCompaction(at, REQUEST)), '1:3-4 of 3 4')
})

test('runCompaction: the file is there with other bytes → the level is listed again and goes on after it', async () => {
  const at = await scene('0:3 4')
  const theirs = bytesOf(keyOf('3-4'), { fill: 99 })
  at.client.storage.put(keyOf('1:3-4'), theirs, 4000)
  assert.equal(inWords(await runCompaction(at, REQUEST)), 'nothing')
  assert.deepEqual(at.client.storage.get(keyOf('1:3-4')), theirs)
  assert.equal(listInWords(at.remote.level(1)), '1:3-4')
})

test('runCompaction: a source that somebody deleted → listed again and planned once more', async () => {
  const at = await scene('0:3 4 5')
  at.client.storage.objects.delete([...at.client.storage.objects.keys()][0] ?? '')
  assert.equal(inWords(await runCompaction(at, REQUEST)), '1:4-5 of 4 5')
})

test('runCompaction: bodies that break off and come short → read on where they ended (RemotePartialRead)', async () => {
  const at = await scene('0:3 4')
  const faulty: ReplicaClient = withFaults(at.client, at.env, {
    rules: [
      { call: 'readFile', nth: 1, fault: { kind: 'fail', after: 150 } },
      { call: 'readFile', nth: 2, fault: { kind: 'truncate', after: 50 } },
    ],
  })
  const running = runCompaction({ ...at, client: faulty }, REQUEST)
  await at.env.clock.runUntilIdle()
  assert.equal(inWords(await running), '1:3-4 of 3 4')
  assert.deepEqual(fills(contents(at.client, '1:3-4')), { 1: 4, 4: 3, 5: 4 })
})

test('runCompaction: storage without exact times in its listing → the earliest time comes from the file', async () => {
  const at = await scene('0:3 4', { exactTimes: false })
  at.remote.forgetAll()
  for (const file of fileList('0:3@77 4@78')) {
    at.remote.add({ ...file, size: bytesOf(file).length })
  }
  await runCompaction(at, REQUEST)
  assert.equal(at.remote.level(1)[0]?.earliestAtMs, 3000)
})

test('runCompaction: the storage fails → rejects, nothing is tracked', async () => {
  const at = await scene('0:3 4')
  at.client.storage.failNext(403)
  await assert.rejects(runCompaction(at, REQUEST), { code: 'CLIENT_DENIED' })
  assert.equal(at.remote.newest(1), null)
})

test('runCompaction: aborted in the middle → rejects with the reason itself, nothing is stored', async () => {
  const at = await scene('0:3 4')
  const reason = new Error('stop')
  const abort = new AbortController()
  const onProgress = (): void => abort.abort(reason)
  await assert.rejects(
    runCompaction(at, { ...REQUEST, signal: abort.signal, onProgress }),
    (error) => error === reason,
  )
  assert.equal(at.client.storage.get(keyOf('1:3-4')), null)
})

test('runCompaction: asked to verify → says what is wrong with the level in the storage', async () => {
  const at = await scene('0:3 4 1:2')
  at.client.storage.put(keyOf('1:4-5'), bytesOf(keyOf('4-5')), 5000) // written behind our back
  const outcome = await runCompaction(at, { ...REQUEST, verify: true })
  assert.equal(inWords(outcome), '1:3-4 of 3 4')
  assert.deepEqual(outcome.kind === 'compacted' && outcome.problems.map(({ kind }) => kind), ['overlap'])
})
