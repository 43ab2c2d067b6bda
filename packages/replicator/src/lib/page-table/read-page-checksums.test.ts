import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { sharedKernels } from '@ltx/kernels'
import { toTxid } from '@ltx/format'
import { World } from '../../../test/world.ts'
import { LocalFiles } from '../database/local-files.ts'
import { absorbFiles } from './absorb-files.ts'
import { PageTable } from './page-table.ts'
import { readPageChecksums, type PageChecksums } from './read-page-checksums.ts'

/** Five level 0 files; the table has taken in those up to `confirmed`, those below `keptFrom` are gone. */
async function replicated(world: World, confirmed: bigint, keptFrom = 1n): Promise<void> {
  const follower = await world.follow(null)
  for (let i = 0; i < 5; i++) {
    world.insert(3, 1500)
    await follower.sync()
  }
  if (confirmed > 0n) await follower.confirm(toTxid(confirmed))
  await follower.trim(toTxid(keptFrom))
}

async function known(world: World): Promise<PageChecksums> {
  const result = await readPageChecksums(world.env, world.metaPath)
  assert.ok(result.kind === 'known', result.kind === 'unknown' ? result.because : '')
  return result.checksums
}

function assertOfImage({ entries, pageSize, commit }: PageChecksums, image: Uint8Array): void {
  assert.equal(commit * pageSize, image.length)
  const expected = new BigUint64Array(commit)
  sharedKernels().pageChecksums(1, image, pageSize, expected)
  assert.deepEqual(entries, expected)
}

for (const [situation, confirmed, keptFrom] of [
  ['a table and files after it', 3n, 2n],
  ['a table that is up to date', 5n, 5n],
  ['no table, all files from the first image on', 0n, 1n],
] as const) {
  test(`readPageChecksums: ${situation}, the owner at work → those of the database`, async () => {
    using world = new World()
    await replicated(world, confirmed, keptFrom)
    const checksums = await known(world)
    assert.equal(checksums.txid, 5n)
    assertOfImage(checksums, world.image())
  })
}

test('readPageChecksums: entries of later files are in the table already, the header is not → those files lie over them', async () => {
  using world = new World()
  await replicated(world, 2n, 2n)
  const stop = world.files.fail('truncate', 'EIO', '/pages') // what comes after the entries, before the header
  using table = PageTable.open(world.files, world.metaPath)
  const later = new LocalFiles(world.files, world.metaPath).list().filter(({ txid }) => txid > 2n)
  await assert.rejects(absorbFiles(world.files, table, later, 1n, async () => {}))
  stop()
  assert.equal(table.state?.txid, 2n)
  assertOfImage(await known(world), world.image())
})

test('readPageChecksums: the owner takes files in and trims them meanwhile → it is read again', async () => {
  using world = new World()
  await replicated(world, 2n, 2n)
  const local = new LocalFiles(world.files, world.metaPath)
  using table = PageTable.open(world.files, world.metaPath)
  const later = local.list().filter(({ txid }) => txid > 2n)
  let lists = 0
  const stop = world.files.before((call, path) => {
    if (call !== 'list' || !path.endsWith('/ltx/0') || ++lists !== 1) return
    // The whole of it happens between our reading of the table and of the listing.
    void absorbFiles(world.files, table, later, 1n, async () => {})
    for (const { txid } of local.list()) if (txid < 5n) local.remove(txid)
  })
  const checksums = await known(world)
  stop()
  assert.ok(lists > 2, `${lists} listings`)
  assert.equal(table.state?.txid, 5n)
  assertOfImage(checksums, world.image())
})

test('readPageChecksums: nothing local, a hole instead of a table, a damaged file → why not', async () => {
  using world = new World()
  assert.deepEqual(await readPageChecksums(world.env, world.metaPath), {
    kind: 'unknown',
    because: 'nothing has been replicated from here yet',
  })
  await replicated(world, 0n)
  const local = new LocalFiles(world.files, world.metaPath)
  const bytes = readFileSync(local.path(toTxid(3n)))
  world.write(
    'ltx/0/0000000000000003-0000000000000003.ltx',
    Uint8Array.from(bytes).with(200, (bytes[200] ?? 0) ^ 1),
  )
  const damaged = await readPageChecksums(world.env, world.metaPath)
  assert.match(damaged.kind === 'unknown' ? damaged.because : '', /a local file is damaged/)
  local.remove(toTxid(3n))
  assert.deepEqual(await readPageChecksums(world.env, world.metaPath), {
    kind: 'unknown',
    because: 'no page checksums are kept here yet',
  })
})

test('readPageChecksums: a signal that has fired → its reason', async () => {
  using world = new World()
  await replicated(world, 3n)
  const reason = new Error('enough')
  await assert.rejects(
    readPageChecksums(world.env, world.metaPath, { signal: AbortSignal.abort(reason) }),
    reason,
  )
})
