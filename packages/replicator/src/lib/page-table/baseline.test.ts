import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { World } from '../../../test/world.ts'
import { assertSameImage, imageOf, localFiles } from '../../../test/local-image.ts'
import { LocalFiles } from '../database/local-files.ts'
import { hasBaseline, openBaseline } from './baseline.ts'
import { PageTable } from './page-table.ts'

/** Five level 0 files; the replica has confirmed them up to `confirmed`, and the table has taken those in. */
async function absorbed(world: World, confirmed: bigint, trimBelow = 1n): Promise<LocalFiles> {
  const follower = await world.follow(null)
  for (let i = 0; i < 5; i++) {
    if (i > 0) world.insert(3, 1500)
    await follower.sync()
  }
  await follower.confirm(toTxid(confirmed))
  await follower.trim(toTxid(trimBelow))
  world.crash()
  return new LocalFiles(world.files, world.metaPath)
}

function stateOf(world: World): bigint | null {
  using table = PageTable.open(world.files, world.metaPath)
  return table.state?.txid ?? null
}

test('page table: never ahead of the replica → only confirmed files are taken in', async () => {
  using world = new World()
  await absorbed(world, 3n)
  assert.equal(stateOf(world), 3n)
})

test('page table: never ahead of the replica → one that is ahead after all is not used', async () => {
  using world = new World()
  const local = await absorbed(world, 4n)
  using table = PageTable.open(world.files, world.metaPath)
  assert.equal(hasBaseline(local, table), true)
  assert.notEqual(openBaseline(world.files, local, toTxid(4n)), null)
  local.remove(toTxid(1n)) // else the files from the first on would say all
  assert.equal(openBaseline(world.files, local, toTxid(3n)), null)
  assert.equal(openBaseline(world.files, local, null), null)
})

test('page table: the file of its TXID is another one (TXIDs come again after a reset) → not used', async () => {
  using world = new World()
  const local = await absorbed(world, 4n)
  const other = localFiles(world.metaPath)[4]
  assert.ok(other !== undefined)
  world.write(
    'ltx/0/0000000000000004-0000000000000004.ltx',
    encodeFileSpec({ ...other, minTXID: 4n, maxTXID: 4n }),
  )
  local.remove(toTxid(1n))
  assert.equal(openBaseline(world.files, local, toTxid(4n)), null)
})

test('baseline: table and the files after it → a difference holds only what changed while we were down', async () => {
  using world = new World()
  await absorbed(world, 3n)
  const all = localFiles(world.metaPath)
  new LocalFiles(world.files, world.metaPath).remove(toTxid(1n)) // so that the table is needed
  world.insert(1, 10)
  world.checkpoint('TRUNCATE')
  world.insert(1, 10)
  const after = await world.follow(toTxid(5n))
  const report = await after.sync()
  assert.deepEqual([report.resync?.because, report.resync?.full, report.lastTXID], ['not-covered', false, 6n])
  assert.ok((report.files[0]?.pages ?? 99) <= 3, `${report.files[0]?.pages} pages`)
  assertSameImage(imageOf([...all, ...localFiles(world.metaPath).slice(-1)]), world.image(), world.pageSize)
})

test('baseline: killed after the entries of later files were written, before the header → those files set them right', async () => {
  using world = new World()
  await absorbed(world, 3n)
  const all = localFiles(world.metaPath)
  const before = await world.follow(toTxid(5n))
  await before.sync()
  world.files.fail('truncate', 'EIO', '/pages')
  await assert.rejects(before.trim(toTxid(1n)), { code: 'REPLICATOR_DISK' })
  world.crash()
  assert.equal(stateOf(world), 3n)
  new LocalFiles(world.files, world.metaPath).remove(toTxid(1n))
  world.insert(1, 10)
  world.checkpoint('TRUNCATE')
  world.insert(1, 10)
  const after = await world.follow(toTxid(5n))
  const report = await after.sync()
  assert.deepEqual([report.resync?.full, report.lastTXID], [false, 6n])
  assertSameImage(imageOf([...all, ...localFiles(world.metaPath).slice(-1)]), world.image(), world.pageSize)
})

test('baseline: the table is damaged → the files from the first image on say as much; without that one → a full image', async () => {
  for (const keepsFirst of [true, false]) {
    using world = new World()
    const local = await absorbed(world, 3n)
    world.write('pages', new Uint8Array(5000).fill(7))
    if (!keepsFirst) local.remove(toTxid(1n))
    world.checkpoint('TRUNCATE')
    world.insert(1, 10)
    const after = await world.follow(toTxid(5n))
    const report = await after.sync()
    assert.deepEqual([report.resync?.full, report.lastTXID], [!keepsFirst, 6n])
    const files = localFiles(world.metaPath)
    assertSameImage(imageOf(keepsFirst ? files : files.slice(-1)), world.image(), world.pageSize)
  }
})

test('baseline: a file of another page size among those after the table, or after the first image → compared with nothing', async () => {
  using world = new World()
  const local = await absorbed(world, 3n)
  const pages = [{ pageNumber: 1 }]
  world.write(
    'ltx/0/0000000000000005-0000000000000005.ltx',
    encodeFileSpec({ pageSize: 512, commit: 1, minTXID: 5n, maxTXID: 5n, pages }),
  )
  assert.equal(openBaseline(world.files, local, toTxid(5n)), null)
  world.write('pages', new Uint8Array(0))
  assert.equal(openBaseline(world.files, local, toTxid(5n)), null)
})

test('baseline: nothing differs → no file is written, the position is known again', async () => {
  using world = new World()
  await absorbed(world, 5n)
  world.checkpoint('TRUNCATE')
  const after = await world.follow(toTxid(5n))
  const report = await after.sync()
  assert.deepEqual([report.resync?.because, report.files.length, report.lastTXID], ['not-covered', 0, 5n])
  world.insert(1)
  const next = await after.sync()
  assert.deepEqual([next.resync, next.lastTXID], [null, 6n])
})

test('page table: files below the newest absorbed one may go, that one stays and proves the table', async () => {
  using world = new World()
  const follower = await world.follow(null)
  for (let i = 0; i < 4; i++) {
    world.insert(1)
    await follower.sync()
  }
  await follower.confirm(toTxid(3n))
  const { deleted } = await follower.trim(toTxid(100n))
  assert.deepEqual(deleted, [1n, 2n])
  assert.deepEqual(
    localFiles(world.metaPath).map(({ minTXID }) => minTXID),
    [3n, 4n],
  )
})
