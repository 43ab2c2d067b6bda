import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { toTxid } from '@ltx/format'
import { withBitFlipped } from '@ltx/format/testing'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { PageTable } from '../page-table/page-table.ts'
import { LocalFiles } from './local-files.ts'
import { deleteAbsorbed } from './trim-local.ts'

/** The table says what the database's pages are. */
function assertTableFits(world: World): void {
  using table = PageTable.open(world.files, world.metaPath)
  const image = world.image()
  const entries = new BigUint64Array(image.length / world.pageSize)
  table.read(1, entries)
  const found = new BigUint64Array(entries.length)
  sharedKernels().pageChecksums(1, image, world.pageSize, found)
  assert.deepEqual([...entries], [...found])
}

test('absorbConfirmed: from the first file on → the table is the database', async () => {
  using world = new World()
  const follower = await world.follow(null)
  for (let i = 0; i < 4; i++) {
    world.insert(5, 2000)
    await follower.sync()
  }
  await follower.confirm(toTxid(4n))
  await follower.trim(toTxid(1n))
  assertTableFits(world)
})

test('absorbConfirmed: the first file is gone and there is no table → made from the database, once all is confirmed', async () => {
  using world = new World()
  const before = await world.follow(null)
  for (let i = 0; i < 4; i++) {
    world.insert(5, 2000)
    await before.sync()
  }
  world.crash()
  new LocalFiles(world.files, world.metaPath).remove(toTxid(1n))
  const follower = await world.follow(toTxid(3n))
  await follower.sync()
  await follower.trim(toTxid(9n))
  {
    using table = PageTable.open(world.files, world.metaPath)
    assert.equal(table.state, null, 'file 4 is not confirmed, so the database is ahead of the replica')
  }
  await follower.confirm(toTxid(4n))
  await follower.trim(toTxid(1n))
  assertTableFits(world)
})

test('deleteAbsorbed: only below both, and nothing without a table', async () => {
  using world = new World()
  const follower = await world.follow(null)
  for (let i = 0; i < 5; i++) {
    world.insert(1)
    await follower.sync()
  }
  const local = new LocalFiles(world.files, world.metaPath)
  assert.deepEqual(deleteAbsorbed(local, toTxid(5n), null), [])
  assert.deepEqual(deleteAbsorbed(local, toTxid(2n), toTxid(4n)), [1n])
  assert.deepEqual(deleteAbsorbed(local, toTxid(9n), toTxid(4n)), [2n, 3n])
  assert.deepEqual(
    local.list().map(({ txid }) => txid),
    [4n, 5n],
  )
})

/** One bit of a page in a local file is wrong. */
function damage(world: World, value: bigint): void {
  const path = new LocalFiles(world.files, world.metaPath).path(toTxid(value))
  writeFileSync(path, withBitFlipped(readFileSync(path), 400, 2))
}

test('absorbConfirmed: a file that the replica has is damaged → one warning, the table is made from the database, files go', async () => {
  using world = new World()
  const warnings: string[] = []
  Object.assign(world.env, { logger: { log: (_: string, message: string) => void warnings.push(message) } })
  const follower = await world.follow(null)
  for (let i = 0; i < 5; i++) {
    world.insert(5, 2000)
    await follower.sync()
  }
  damage(world, 3n)
  await follower.confirm(toTxid(4n))
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await follower.trim(toTxid(9n)), { deleted: [] }, 'file 5 is not confirmed yet')
  }
  await follower.confirm(toTxid(5n))
  assert.deepEqual(await follower.trim(toTxid(9n)), { deleted: [1n, 2n, 3n, 4n] })
  assert.equal(warnings.filter((message) => /damaged/.test(message)).length, 1)
  assertTableFits(world)
  world.insert(5, 2000)
  await follower.sync()
  await follower.confirm(toTxid(6n))
  assert.deepEqual(await follower.trim(toTxid(9n)), { deleted: [5n] })
  assertTableFits(world)
})
