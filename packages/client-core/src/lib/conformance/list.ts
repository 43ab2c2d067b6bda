import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { collectFiles } from '../collect-files.ts'
import { LEVEL_MAX, levelDirectory } from '../replica-paths.ts'
import { failureOf } from './material.ts'
import type { ConformanceCase, Scene } from './scene.ts'

const TXID_MAX = 2n ** 64n - 1n

/** Files 1 to `count` of level 0, written last to first. */
async function writeBackwards(scene: Scene, count: number): Promise<string[]> {
  const names: string[] = []
  for (let txid = count; txid >= 1; txid--) {
    await scene.write(0, BigInt(txid))
    names.unshift(`${txid}-${txid}`)
  }
  return names
}

async function everyLevelOnlyItsOwn(scene: Scene): Promise<void> {
  const levels = Array.from({ length: LEVEL_MAX + 1 }, (_, level) => level)
  for (const level of levels) await scene.write(level, 1n, BigInt(level + 1))
  for (const level of levels) assert.deepEqual(await scene.names(level), [`1-${level + 1}`])
}

async function fromOneTxid(scene: Scene): Promise<void> {
  for (const [min, max] of [
    [1n, 3n],
    [4n, 8n],
    [9n, 9n],
    [9n, 12n],
    [20n, 20n],
  ] as const) {
    await scene.write(1, min, max)
  }
  const rows: readonly [from: bigint, names: string[]][] = [
    [1n, ['1-3', '4-8', '9-9', '9-12', '20-20']],
    [2n, ['4-8', '9-9', '9-12', '20-20']],
    [4n, ['4-8', '9-9', '9-12', '20-20']],
    [8n, ['9-9', '9-12', '20-20']],
    [9n, ['9-9', '9-12', '20-20']],
    [10n, ['20-20']],
    [20n, ['20-20']],
    [21n, []],
    [TXID_MAX, []],
  ]
  for (const [from, names] of rows) {
    assert.deepEqual(await scene.names(1, { from: toTxid(from) }), names, `from ${from}`)
  }
}

async function stopsOnTheFirstPage(scene: Scene): Promise<void> {
  await writeBackwards(scene, scene.severalPages)
  const before = scene.listRequests()
  for await (const file of scene.client.listFiles(0)) {
    assert.equal(file.minTXID, 1n)
    break
  }
  assert.equal(scene.listRequests() - before, 1, 'requests for pages')
}

async function allLevelsInLockStep(scene: Scene): Promise<void> {
  for (let level = 0; level <= LEVEL_MAX; level++) {
    for (let txid = 1n; txid <= 3n; txid++) await scene.write(level, txid)
  }
  const listings = Array.from({ length: LEVEL_MAX + 1 }, (_, level) =>
    scene.client.listFiles(level)[Symbol.asyncIterator](),
  )
  for (let txid = 1n; txid <= 3n; txid++) {
    for (const [level, listing] of listings.entries()) {
      const step = await listing.next()
      assert.equal(step.done, false)
      assert.deepEqual([step.value.level, step.value.minTXID], [level, txid])
    }
  }
  for (const listing of listings) assert.equal((await listing.next()).done, true)
}

async function foreignObjects(scene: Scene): Promise<void> {
  await scene.write(0, 1n)
  await scene.write(1, 1n, 2n)
  const zero = levelDirectory(scene.layout, 0)
  const name = '0000000000000002-0000000000000002.ltx'
  const other = scene.layout === 'decimal' ? '0000' : 'ltx/0'
  for (const path of [
    `${zero}/${name}.tmp`,
    `${zero}/${name}.4711.0123456789abcdef.tmp`,
    `${zero}/000000000000000A-000000000000000A.ltx`,
    `${zero}/2-2.ltx`,
    `${zero}/0000000000000003-0000000000000002.ltx`,
    `${zero}/0000000000000000-0000000000000002.ltx`,
    `${zero}/sub/${name}`,
    `${zero}0/${name}`,
    `${other}/${name}`,
    name,
    'lock.json',
  ]) {
    await scene.putForeign(path)
  }
  assert.deepEqual(await scene.names(0), ['1-1'])
  assert.deepEqual(await scene.names(1), ['1-2'])
}

async function samePlaceTwice(scene: Scene): Promise<void> {
  const expected = await writeBackwards(scene, scene.severalPages)
  const listings = await Promise.all(Array.from({ length: 4 }, () => scene.names(0)))
  for (const names of listings) assert.deepEqual(names, expected)
}

export const listCases: readonly ConformanceCase[] = [
  {
    name: 'nothing written → every level is empty, and no error',
    async run(scene) {
      for (let level = 0; level <= LEVEL_MAX; level++) assert.deepEqual(await scene.list(level), [])
    },
  },
  {
    name: 'written out of order → ascending by minTXID, then maxTXID',
    async run(scene) {
      for (const [min, max] of [
        [4n, 8n],
        [1n, 1n],
        [9n, 9n],
        [2n, 16n],
        [2n, 3n],
        [16n, 17n],
      ] as const) {
        await scene.write(0, min, max)
      }
      assert.deepEqual(await scene.names(0), ['1-1', '2-3', '2-16', '4-8', '9-9', '16-17'])
    },
  },
  {
    name: 'several pages → every file once, in order',
    async run(scene) {
      const names = await writeBackwards(scene, scene.severalPages)
      assert.deepEqual(await scene.names(0), names)
    },
  },
  {
    name: 'several pages from the middle → every later file once, in order',
    async run(scene) {
      const names = await writeBackwards(scene, scene.severalPages)
      const middle = Math.ceil(scene.severalPages / 2)
      assert.deepEqual(await scene.names(0, { from: toTxid(BigInt(middle)) }), names.slice(middle - 1))
    },
  },
  {
    name: 'stopped on the first page → no second request',
    needs: ['counted-listings'],
    run: stopsOnTheFirstPage,
  },
  { name: 'from a TXID → only files that begin there or later, a straddling one is not', run: fromOneTxid },
  { name: 'ten levels → each lists its own files', run: everyLevelOnlyItsOwn },
  { name: 'ten listings in lock-step → none disturbs another', run: allLevelsInLockStep },
  { name: 'one level listed four times at once → the same each time', run: samePlaceTwice },
  {
    name: 'TXIDs beyond 2^53 → exact to the last',
    async run(scene) {
      await scene.write(0, TXID_MAX)
      await scene.write(0, TXID_MAX - 1n)
      await scene.write(0, 2n ** 53n + 1n, 2n ** 63n)
      const names = await scene.names(0)
      assert.deepEqual(names, [
        '9007199254740993-9223372036854775808',
        '18446744073709551614-18446744073709551614',
        '18446744073709551615-18446744073709551615',
      ])
    },
  },
  {
    name: 'a listed file → the size and name that the write returned',
    async run(scene) {
      const { level, minTXID, maxTXID, size } = await scene.write(2, 5n, 7n)
      const [listed] = await scene.list(2)
      assert.ok(listed !== undefined)
      assert.deepEqual(
        { level, minTXID, maxTXID, size },
        { level: listed.level, minTXID: listed.minTXID, maxTXID: listed.maxTXID, size: listed.size },
      )
    },
  },
  {
    name: 'written by another client → listed',
    needs: ['second-client'],
    async run(scene) {
      await scene.write(0, 3n)
      const other = await scene.another()
      const found = await collectFiles(other.listFiles(0))
      assert.deepEqual(
        found.map(({ minTXID }) => minTXID),
        [3n],
      )
    },
  },
  { name: 'other things beside the files → not listed', needs: ['foreign-objects'], run: foreignObjects },
  {
    name: 'a level that does not exist → RangeError',
    async run(scene) {
      for (const level of [-1, LEVEL_MAX + 1, 0.5, Number.NaN]) {
        const error = await failureOf(scene.list(level))
        assert.ok(error instanceof RangeError, `level ${level}: ${String(error)}`)
      }
    },
  },
]
