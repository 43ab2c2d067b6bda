import assert from 'node:assert/strict'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { assertSameImage, imageOf, localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import { LocalFiles } from '../database/local-files.ts'
import type { Baseline } from '../page-table/baseline.ts'
import { toTxid } from '@ltx/format'
import { copyDifference, observeImage, type DifferenceResult } from './copy-difference.ts'
import { DatabaseFiles } from './database-files.ts'
import { Pin } from './pin.ts'

const pause = (): Promise<void> => Promise.resolve()
const OWNER = { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** A baseline that knows these pages, by the image they had. */
function knowing(image: Uint8Array, pageSize: number, commit = image.length / pageSize): Baseline {
  return {
    pageSize,
    commit,
    read(firstPage, target) {
      for (let index = 0; index < target.length; index++) {
        const start = (firstPage - 1 + index) * pageSize
        const page = image.subarray(start, start + pageSize)
        target[index] = page.length === 0 ? 0n : sharedKernels().pageChecksum(firstPage + index, page)
      }
    },
    [Symbol.dispose]: () => {},
  }
}

async function difference(world: World, baseline: Baseline | null): Promise<DifferenceResult> {
  using pin = Pin.open(world.driver, world.path)
  using files = new DatabaseFiles(world.files, world.path, world.kept)
  files.open()
  pin.begin()
  const published = observeImage(pin, files)
  assert.ok(typeof published === 'object')
  const local = new LocalFiles(world.files, world.metaPath)
  const job = { published, baseline, txid: toTxid(2n), timestampMs: 5, owner: OWNER, pause }
  return copyDifference(world.env, files, local, job)
}

/** The last transaction ends with a frame of page 2 (the table's root); page 1 was last written before it. */
function filled(): World {
  const world = new World({ pageSize: 512 })
  world.insert(20, 300)
  return world
}

function pagesOf(world: World): number[] {
  return (localFiles(world.metaPath)[0]?.pages ?? []).map(({ pageNumber }) => pageNumber)
}

test('copyDifference: nothing to compare with → every page, and said', async () => {
  using world = filled()
  const { file, full } = await difference(world, null)
  assert.deepEqual([full, file?.pages], [true, world.image().length / 512])
  assertSameImage(imageOf(localFiles(world.metaPath)), world.image(), 512)
})

test('copyDifference: equal → no file, the TXID before stays', async () => {
  using world = filled()
  const { file, position } = await difference(world, knowing(world.image(), 512))
  assert.deepEqual([file, position.txid], [null, 1n])
})

test("copyDifference: pages differ → those, and the page of the WAL's last frame, for Litestream looks for it", async () => {
  using world = filled()
  const before = world.image().slice()
  before.fill(1, 2 * 512, 3 * 512) // page 3 is not what we knew
  const { file } = await difference(world, knowing(before, 512))
  const last = world.lastFramePage()
  assert.deepEqual(
    pagesOf(world),
    [...new Set([3, last])].toSorted((a, b) => a - b),
  )
  assert.equal(file?.pages, pagesOf(world).length)
  const [spec] = localFiles(world.metaPath)
  assert.deepEqual([spec?.walOffset, spec?.walSalt1], [32n, world.walHeader().salt1])
  assert.equal(32 + Number(spec?.walSize), world.walBytes())
})

test('copyDifference: only the page of the last frame differs → a file all the same', async () => {
  using world = filled()
  const last = world.lastFramePage()
  const before = world.image().slice()
  before.fill(1, (last - 1) * 512, last * 512)
  await difference(world, knowing(before, 512))
  assert.deepEqual(pagesOf(world), [last])
})

test('copyDifference: it was larger before → a file that shrinks it', async () => {
  using world = filled()
  const image = world.image()
  const { file } = await difference(world, knowing(image, 512, image.length / 512 + 3))
  assert.equal(localFiles(world.metaPath)[0]?.commit, image.length / 512)
  assert.notEqual(file, null)
})

test('copyDifference: it was smaller before → the new pages', async () => {
  using world = filled()
  const image = world.image()
  const pages = image.length / 512
  await difference(world, knowing(image, 512, pages - 2))
  assert.deepEqual(
    pagesOf(world).filter((page) => page > pages - 2),
    [pages - 1, pages],
  )
})

test('copyDifference: another page size → nothing to compare with', async () => {
  using world = filled()
  assert.equal((await difference(world, knowing(world.image(), 1024))).full, true)
})

test('observeImage: no frame in the WAL → everything from the database file', async () => {
  using world = filled()
  world.checkpoint('TRUNCATE')
  const { position, file } = await difference(world, null)
  assert.deepEqual([position.wal, file?.pages], [null, world.image().length / 512])
  const [spec] = localFiles(world.metaPath)
  assert.deepEqual([spec?.walOffset, spec?.walSize ?? 0n], [32n, 0n])
})
