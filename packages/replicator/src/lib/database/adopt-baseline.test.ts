import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { formatFileName, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import { PageTable } from '../page-table/page-table.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import { adoptBaseline } from './adopt-baseline.ts'
import { LocalFiles } from './local-files.ts'
import { LocalPort } from './local-port.ts'

/** A replica of three level 0 files; the state folder that made them is empty again. */
async function lostState(world: World, client: MemoryClient): Promise<void> {
  const before = await world.follow(null)
  for (let i = 0; i < 3; i++) {
    world.insert(20, 2000)
    await before.sync()
    const txid = toTxid(BigInt(i + 1))
    const bytes = readFileSync(`${world.metaPath}/ltx/0/${formatFileName(txid, txid)}`)
    await client.writeFile({ level: 0, minTXID: txid, maxTXID: txid }, async function* source() {
      yield new Uint8Array(bytes)
    })
  }
  world.crash()
  new LocalFiles(world.files, world.metaPath).removeAll()
}

async function adopt(world: World, client: MemoryClient, bytesMax = 1e9): Promise<boolean> {
  const remote = await RemoteFiles.load(client)
  const local = new LocalPort(world.env.files, world.metaPath)
  return adoptBaseline(
    { env: world.env, client, remote, local, metaPath: world.metaPath, bytesMax },
    toTxid(3n),
    {},
  )
}

test('adoptBaseline: the state folder is lost → the next file is what changed since, not the whole database', async () => {
  using world = new World()
  const client = memoryClient()
  await lostState(world, client)
  assert.equal(await adopt(world, client), true)
  world.insert(1)
  const follower = await world.follow()
  const report = await follower.sync()
  assert.deepEqual([report.lastTXID, report.resync?.full], [4n, false])
  const pages = world.image().length / world.pageSize
  assert.ok((report.files[0]?.pages ?? pages) <= 4, `${report.files[0]?.pages} of ${pages} pages`)
  assert.deepEqual(
    localFiles(world.metaPath).map(({ maxTXID }) => maxTXID),
    [3n, 4n],
  )
})

test('adoptBaseline: the state folder is lost, nothing has changed since → no file is written, and the next commit is read from the WAL', async () => {
  using world = new World()
  const client = memoryClient()
  await lostState(world, client)
  assert.equal(await adopt(world, client), true)
  const follower = await world.follow()
  const report = await follower.sync()
  assert.deepEqual([report.lastTXID, report.files, report.resync?.full], [3n, [], false])
  world.insert(1)
  const next = await follower.sync()
  assert.deepEqual([next.lastTXID, next.resync], [4n, null])
})

test('adoptBaseline: the file of that TXID lies here already → kept as it is, not read again', async () => {
  using world = new World()
  const client = memoryClient()
  await lostState(world, client)
  assert.equal(await adopt(world, client), true)
  const path = new LocalFiles(world.files, world.metaPath).path(toTxid(3n))
  const { ino } = statSync(path)
  assert.equal(await adopt(world, client), true)
  assert.equal(statSync(path).ino, ino)
})

test('adoptBaseline: too large → no, and nothing was read for it', async () => {
  using world = new World()
  const client = memoryClient()
  await lostState(world, client)
  assert.equal(await adopt(world, client, 1000), false)
})

test('adoptBaseline: a damaged stored file → no', async () => {
  using world = new World()
  const client = memoryClient()
  await lostState(world, client)
  const [first] = client.storage.objects.values()
  first?.bytes.fill(9, 300, 400)
  assert.equal(await adopt(world, client), false)
})

test('adoptBaseline: the TXID is in no file of its own → no', async () => {
  using world = new World()
  const client = memoryClient()
  await lostState(world, client)
  await client.deleteFiles([{ level: 0, minTXID: toTxid(3n), maxTXID: toTxid(3n) }])
  assert.equal(await adopt(world, client), false)
})

for (const bytes of [0, 5, 15]) {
  test(`adoptBaseline: the newest stored file has only ${bytes} bytes → a warning, the database is written whole`, async () => {
    using world = new World()
    const client = memoryClient()
    await lostState(world, client)
    for (const [name, object] of client.storage.objects) {
      if (name.includes('0003-'))
        client.storage.objects.set(name, { ...object, bytes: object.bytes.slice(0, bytes) })
    }
    assert.equal(await adopt(world, client), false)
    using table = PageTable.open(world.files, world.metaPath)
    assert.equal(table.state, null)
  })
}
