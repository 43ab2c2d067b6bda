import assert from 'node:assert/strict'
import { isClientError } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { isFormatError, toTxid } from '@ltx/format'
import { withBitFlipped } from '@ltx/format/testing'
import { test } from 'vitest'
import { smallFile } from '../../../test/memory-local-files.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import { LocalPort } from './local-port.ts'
import { takeSnapshot, type SnapshotParts } from './take-snapshot.ts'
import type { StagedSnapshot } from './follower-port.ts'

const META = '/m'
const txid = (value: number): ReturnType<typeof toTxid> => toTxid(BigInt(value))

interface Scene extends SnapshotParts {
  readonly discarded: () => number
}

async function scene(
  client: SnapshotParts['client'] = memoryClient(),
  damage: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Promise<Scene> {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory(`${META}/ltx/0`)
  let discarded = 0
  const staged = (): StagedSnapshot => {
    using handle = env.blockingFiles.open(`${META}/staged`, 'create')
    const bytes = smallFile({ min: 1, max: 7, fill: 7 })
    handle.write(damage(bytes), 0)
    return { txid: txid(7), path: `${META}/staged`, bytes: bytes.length, timestampMs: 7000 }
  }
  return {
    env,
    client,
    remote: await RemoteFiles.load(client),
    local: new LocalPort(env.files, META),
    follower: {
      snapshot: () => Promise.resolve(staged()),
      discardSnapshots: () => Promise.resolve(void discarded++),
    } as unknown as SnapshotParts['follower'],
    uploaded: () => Promise.resolve(),
    discarded: () => discarded,
  }
}

test('takeSnapshot: none of this position → staged, stored, the staged file dropped', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  const result = await takeSnapshot(parts, txid(7), {})
  assert.deepEqual(
    [result?.existed, result?.file.level, result?.file.minTXID, result?.file.maxTXID],
    [false, 9, 1n, 7n],
  )
  assert.deepEqual([parts.discarded(), parts.remote.newest(9)?.maxTXID], [1, 7n])
})

test('takeSnapshot: the disk has damaged what was staged → FormatError, nothing stored, the staged file dropped', async () => {
  for (const fromEnd of [1, 30, 200]) {
    const client = memoryClient()
    const parts = await scene(client, (bytes) => withBitFlipped(bytes, bytes.length - fromEnd, 1))
    await assert.rejects(takeSnapshot(parts, txid(7), {}), (error) => isFormatError(error))
    assert.deepEqual([client.storage.objects.size, parts.discarded()], [0, 1])
  }
})

test('takeSnapshot: there is one → read to its end, nothing written', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  await takeSnapshot(parts, txid(7), {})
  const again = await takeSnapshot(parts, txid(7), {})
  assert.deepEqual([again?.existed, client.storage.objects.size, parts.discarded()], [true, 1, 1])
})

test('takeSnapshot: there is one, and it is damaged → FormatError', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  await takeSnapshot(parts, txid(7), {})
  for (const object of client.storage.objects.values()) object.bytes.fill(0, 150, 160)
  await assert.rejects(takeSnapshot(parts, txid(7), {}), { name: 'FormatError' })
})

test('takeSnapshot: another tool has stored one of this state that we did not know → taken for ours, once it is read', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  const key = { level: 9, minTXID: txid(1), maxTXID: txid(7) }
  await client.writeFile(key, async function* other() {
    yield smallFile({ min: 1, max: 7, fill: 8 })
  })
  const result = await takeSnapshot(parts, txid(7), {})
  assert.deepEqual([result?.existed, client.storage.objects.size], [true, 1])
})

test('takeSnapshot: the first image → stored as it is, nothing staged', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  {
    using handle = parts.env.blockingFiles.open(parts.local.path(txid(1)), 'create')
    handle.write(smallFile({ max: 1 }), 0)
  }
  const result = await takeSnapshot(parts, txid(1), {})
  assert.deepEqual([result?.file.maxTXID, parts.discarded()], [1n, 0])
})

test('takeSnapshot: the first image is damaged here → not stored, made anew', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  {
    using handle = parts.env.blockingFiles.open(parts.local.path(txid(1)), 'create')
    handle.write(withBitFlipped(smallFile({ max: 1 }), 300, 1), 0)
  }
  const result = await takeSnapshot(parts, txid(1), {})
  assert.deepEqual([result?.file.maxTXID, client.storage.objects.size, parts.discarded()], [7n, 1, 1])
})

test('takeSnapshot: the storage fails → that error, the staged file is dropped all the same', async () => {
  const env = simEnv({ seed: 1 })
  const rules = [{ call: 'writeFile' as const, nth: 1, fault: { kind: 'fail' as const } }]
  const parts = await scene(withFaults(memoryClient(), env, { rules }))
  await assert.rejects(takeSnapshot(parts, txid(7), {}), (error) => isClientError(error))
  assert.equal(parts.discarded(), 1)
})

test('takeSnapshot: level 0 files up to it cannot go up → it does not either, and what was staged is dropped', async () => {
  const client = memoryClient()
  const parts = await scene(client)
  const waited: bigint[] = []
  const uploaded = (newest: bigint): Promise<void> => {
    waited.push(newest)
    return Promise.reject(new Error('no way'))
  }
  await assert.rejects(takeSnapshot({ ...parts, uploaded }, txid(6), {}), /no way/)
  assert.deepEqual([waited, client.storage.objects.size, parts.discarded()], [[7n], 0, 1])
})
