import assert from 'node:assert/strict'
import { LEVEL_MAX, levelDirectory } from '../replica-paths.ts'
import { assertNothingStored, key } from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

async function onlyTheNamed(scene: Scene): Promise<void> {
  for (let txid = 1n; txid <= 4n; txid++) await scene.write(0, txid)
  await scene.write(0, 2n, 3n)
  await scene.write(1, 2n)
  await scene.client.deleteFiles([key(0, 2n), key(0, 4n)])
  assert.deepEqual(await scene.names(0), ['1-1', '2-3', '3-3'])
  assert.deepEqual(await scene.names(1), ['2-2'])
  await assertNothingStored(scene.client, key(0, 2n))
}

async function missingOnes(scene: Scene): Promise<void> {
  await scene.client.deleteFiles([])
  await scene.client.deleteFiles([key(0, 7n)])
  await scene.write(0, 1n)
  await scene.write(0, 2n)
  await scene.client.deleteFiles([key(0, 9n), key(0, 1n), key(5, 1n), key(0, 1n)])
  assert.deepEqual(await scene.names(0), ['2-2'])
}

async function severalBatches(scene: Scene): Promise<void> {
  const files = Array.from({ length: scene.severalBatches }, (_, index) => key(index % 2, BigInt(index + 1)))
  await Promise.all(files.map((file) => scene.write(file.level, file.minTXID)))
  const kept = await scene.write(0, 100_000n)
  await scene.client.deleteFiles(files)
  assert.deepEqual(await scene.names(0), [`${kept.minTXID}-${kept.maxTXID}`])
  assert.deepEqual(await scene.names(1), [])
}

async function everything(scene: Scene): Promise<void> {
  for (let level = 0; level <= LEVEL_MAX; level++) {
    for (let txid = 1; txid <= scene.severalPages; txid++) await scene.write(level, BigInt(txid))
  }
  await scene.client.deleteAll()
  for (let level = 0; level <= LEVEL_MAX; level++) assert.deepEqual(await scene.list(level), [])
  await scene.write(0, 1n)
  assert.deepEqual(await scene.names(0), ['1-1'])
}

async function leavesForeignAlone(scene: Scene): Promise<void> {
  await scene.write(0, 1n)
  const zero = levelDirectory(scene.layout, 0)
  const name = '0000000000000001-0000000000000001.ltx'
  const paths = [
    `${zero}/notes.txt`,
    `${zero}/sub/${name}`,
    `${zero}0/${name}`,
    `${zero}/000000000000000A-000000000000000A.ltx`,
    'lock.json',
    'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4',
    name,
  ]
  for (const path of paths) await scene.putForeign(path)
  await scene.client.deleteAll()
  for (const path of paths) assert.equal(await scene.hasForeign(path), true, `${path} is gone`)
  assert.deepEqual(await scene.list(0), [])
}

export const deleteCases: readonly ConformanceCase[] = [
  { name: 'some files → they are gone, and no other', run: onlyTheNamed },
  { name: 'missing files, the same one twice, or none → no error', run: missingOnes },
  { name: 'more than one batch → all gone', run: severalBatches },
  { name: 'deleteAll → every level is empty, and can be written again', run: everything },
  {
    name: 'deleteAll of nothing → no error, twice',
    async run(scene) {
      await scene.client.deleteAll()
      await scene.client.deleteAll()
    },
  },
  {
    name: 'deleteAll beside other things → they stay',
    needs: ['foreign-objects'],
    run: leavesForeignAlone,
  },
]
