import assert from 'node:assert/strict'
import type { FileKey, ReplicaClient } from '../replica-client.ts'
import { isClientError } from '../errors.ts'
import { assertSameBytes, fileBytes, key, rejectsWithCode, sourceOf } from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

const WRITERS = 20
const file = key(0, 1n)

/** Twenty writers with their own bytes each: one wins, the others learn it, and what is stored is the winner's. */
async function race(scene: Scene, clients: readonly ReplicaClient[], target: FileKey): Promise<void> {
  const bodies = Array.from({ length: WRITERS }, (_, fill) => fileBytes(target, { size: 5000 + fill, fill }))
  const outcomes = await Promise.allSettled(
    bodies.map(async (bytes, index) => {
      const client = clients[index % clients.length] ?? scene.client
      await client.writeFile(target, sourceOf(bytes, 997))
      return index
    }),
  )
  const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value)
  assert.equal(winners.length, 1, `${winners.length} writers were told that they won`)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      assert.ok(isClientError(outcome.reason, 'CLIENT_EXISTS'), String(outcome.reason))
  }
  assertSameBytes(await scene.read(target), bodies[winners[0] ?? -1] ?? new Uint8Array(0), 'the winner')
}

async function equalRace(scene: Scene, clients: readonly ReplicaClient[], target: FileKey): Promise<void> {
  const bytes = fileBytes(target, { size: 5000 })
  const writes = Array.from({ length: WRITERS }, async (_, index) => {
    const client = clients[index % clients.length] ?? scene.client
    const written = await client.writeFile(target, sourceOf(bytes, 97 + index))
    assert.equal(written.size, bytes.length)
  })
  await Promise.all(writes)
  assertSameBytes(await scene.read(target), bytes, 'what all of them sent')
  assert.equal((await scene.list(target.level)).length, 1)
}

async function otherBytes(scene: Scene): Promise<void> {
  const bytes = fileBytes(file, { size: 1000 })
  await scene.client.writeFile(file, sourceOf(bytes))
  const before = await scene.list(0, { exactTimestamps: true })
  const lastByteDiffers = bytes.slice()
  lastByteDiffers[999] = ~(bytes[999] ?? 0) & 0xff
  for (const other of [
    fileBytes(file, { size: 1000, fill: 1 }),
    fileBytes(file, { size: 1000, timestampMs: 1 }),
    lastByteDiffers,
    bytes.subarray(0, 999),
    fileBytes(file, { size: 1001 }),
  ]) {
    await rejectsWithCode(scene.client.writeFile(file, sourceOf(other)), 'CLIENT_EXISTS')
    assertSameBytes(await scene.read(file), bytes, 'the first file')
    assert.deepEqual(await scene.list(0, { exactTimestamps: true }), before)
  }
}

export const createOnlyCases: readonly ConformanceCase[] = [
  {
    name: 'abilities.createOnly → says what this suite was told',
    async run(scene) {
      assert.equal(scene.client.abilities.createOnly, !scene.lacks.has('create-only'))
    },
  },
  {
    name: 'the same bytes twice → succeeds twice, one file',
    async run(scene) {
      const first = await scene.write(0, 1n)
      const second = await scene.write(0, 1n)
      assert.deepEqual(second, first)
      assert.equal((await scene.list(0)).length, 1)
    },
  },
  { name: 'other bytes → CLIENT_EXISTS, and nothing changed', needs: ['create-only'], run: otherBytes },
  {
    name: 'other bytes in a file larger than one part → CLIENT_EXISTS, and nothing changed',
    needs: ['create-only'],
    async run(scene) {
      const bytes = fileBytes(file, { size: scene.largeBytes })
      await scene.client.writeFile(file, sourceOf(bytes, 65_537))
      await scene.client.writeFile(file, sourceOf(bytes, 50_021))
      const other = fileBytes(file, { size: scene.largeBytes, fill: 1 })
      await rejectsWithCode(scene.client.writeFile(file, sourceOf(other, 65_537)), 'CLIENT_EXISTS')
      assertSameBytes(await scene.read(file), bytes, 'the first file')
    },
  },
  {
    name: 'twenty writers of one name → exactly one wins, with its bytes',
    needs: ['create-only'],
    run: (scene) => race(scene, [scene.client], file),
  },
  {
    name: 'twenty writers of one name with the same bytes → all succeed',
    run: (scene) => equalRace(scene, [scene.client], file),
  },
  {
    name: 'twenty writers of one name over two clients → exactly one wins, with its bytes',
    needs: ['create-only', 'second-client'],
    async run(scene) {
      const other = await scene.another()
      for (let txid = 1n; txid <= 5n; txid++) await race(scene, [scene.client, other], key(1, txid))
    },
  },
  {
    name: 'twenty writers of one name with the same bytes over two clients → all succeed',
    needs: ['second-client'],
    async run(scene) {
      const other = await scene.another()
      for (let txid = 1n; txid <= 5n; txid++)
        await equalRace(scene, [scene.client, other], key(Number(txid), txid))
    },
  },
  {
    name: 'deleted and written with other bytes → stored',
    async run(scene) {
      await scene.write(0, 1n)
      await scene.client.deleteFiles([file])
      const other = fileBytes(file, { fill: 9 })
      await scene.client.writeFile(file, sourceOf(other))
      assertSameBytes(await scene.read(file), other, 'the second file')
    },
  },
]
