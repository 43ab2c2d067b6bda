import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { fileList } from '../../../test/file-list.ts'
import { MemoryLocalFiles, smallFile } from '../../../test/memory-local-files.ts'
import { observeStart } from './observe-start.ts'
import { planStart, type StartFacts } from './plan-start.ts'
import { RemoteFiles } from './remote-files.ts'

/** `theirsFrom`: stored files from this TXID on are another writer's. */
async function observe(
  locals: readonly number[],
  stored: string,
  theirsFrom = Infinity,
): Promise<{ facts: StartFacts; client: MemoryClient }> {
  const client = memoryClient()
  for (const file of fileList(stored)) {
    const [min, max] = [Number(file.minTXID), Number(file.maxTXID)]
    client.storage.put(file, smallFile({ min, max, timestampMs: max >= theirsFrom ? 7 : max * 1000 }), 1)
  }
  const local = new MemoryLocalFiles(locals.map((max) => ({ max })))
  const remote = await RemoteFiles.load(client)
  return { facts: await observeStart({ client, local, remote }), client }
}

const rows: readonly [
  situation: string,
  locals: number[],
  stored: string,
  theirsFrom: number,
  facts: string,
][] = [
  ['nothing anywhere', [], '', Infinity, 'none unknown'],
  ['no local files', [], '0:3..5', Infinity, 'none unknown'],
  ['nothing stored', [3, 4], '', Infinity, '3-4 unknown'],
  ['the same files', [3, 4, 5], '0:3..5', Infinity, '3-5 same'],
  ['a hole in the local files', [3, 4, 6, 7], '0:3..7', Infinity, '6-7 same'],
  ['no file in common', [3, 4, 5], '0:8 9', Infinity, '3-5 unknown'],
  ['another writer since TXID 5', [3, 4, 5, 6], '0:3..6', 5, '3-6 different'],
  [
    'another writer since TXID 5, with the older files gone',
    [1, 2, 3, 4, 5, 6],
    '0:4..6',
    5,
    '1-6 different',
  ],
  ['another writer from the start', [3, 4], '0:3 4', 1, '3-4 different'],
  ['the first image as a snapshot', [1, 2], '9:1', Infinity, '1-2 same'],
]

for (const [situation, locals, stored, theirsFrom, expected] of rows) {
  test(`observeStart: ${situation} → ${expected}`, async () => {
    const { facts } = await observe(locals, stored, theirsFrom)
    const range = facts.local === null ? 'none' : `${facts.local.min}-${facts.local.max}`
    assert.equal(`${range} ${facts.identity}`, expected)
  })
}

test('observeStart: everything in place → one ranged read, no listing, and the plan is to continue', async () => {
  const { facts, client } = await observe([3, 4, 5], '0:3..5 9:1-2')
  assert.deepEqual(client.storage.requests, { list: 10, get: 1, put: 0, delete: 0 })
  assert.equal(planStart(facts).kind, 'continue')
})

for (const theirs of ['ours', 'another', 'ours, and file 1'] as const) {
  test(`observeStart: file 2 is the newest in common, and the image beside it is ${theirs} → compared as well, unless file 1 says all`, async () => {
    const client = memoryClient()
    const [image, beside, first] = fileList('9:1 0:2 1')
    const timestampMs = theirs === 'another' ? 7 : 1000
    client.storage.put(image!, smallFile({ max: 1, timestampMs }))
    client.storage.put(beside!, smallFile({ max: 2 }))
    if (theirs === 'ours, and file 1') client.storage.put(first!, smallFile({ max: 1 }))
    const local = new MemoryLocalFiles([{ max: 1 }, { max: 2 }])
    const facts = await observeStart({ client, local, remote: await RemoteFiles.load(client) })
    assert.equal(facts.identity, theirs === 'another' ? 'different' : 'same')
    assert.equal(client.storage.requests.get, theirs === 'ours, and file 1' ? 1 : 2)
  })
}

test('observeStart: the storage does not answer → rejects, nothing is concluded', async () => {
  const client = memoryClient()
  client.storage.put(fileList('0:3')[0]!, smallFile({ max: 3 }))
  const remote = await RemoteFiles.load(client)
  client.storage.failNext(503)
  const local = new MemoryLocalFiles([{ max: 3 }])
  await assert.rejects(observeStart({ client, local, remote }), { code: 'CLIENT_UNREACHABLE' })
})
