import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { test } from 'vitest'
import { scanDirectory } from '../src/lib/database/sliding-scan.ts'
import type { FileCall } from './faulty-files.ts'
import { localFiles } from './local-image.ts'
import { scanProcess } from './scan-process.ts'
import { assertGoesOn, leftBehind, slidingWorld, syncWhile } from './sliding-world.ts'

// A sliding scan that does not come to its end: nothing of it may count, and what is written afterwards is right.

test('SlidingScan: closed on the way → it ends; no file, no position, and the next start is right', async () => {
  using world = slidingWorld()
  await leftBehind(world)
  const position = readFileSync(`${world.metaPath}/position`)
  const follower = await world.follow()
  const closing: Promise<void>[] = []
  const failed = syncWhile(world, follower, (block) => {
    world.insert(1)
    if (block === 2) closing.push(follower.close())
  })
  await assert.rejects(failed, { code: 'REPLICATOR_CLOSED' })
  await Promise.all(closing)
  assert.equal(existsSync(scanDirectory(world.metaPath)), false)
  assert.equal(localFiles(world.metaPath).length, 1)
  assert.deepEqual(readFileSync(`${world.metaPath}/position`), position)
  const after = await world.follow()
  await after.sync()
  await assertGoesOn(world, after)
})

test('SlidingScan: it fails after the pin was handed over, two generations pass → compared again, not read on from the old position', async () => {
  using world = slidingWorld()
  await leftBehind(world)
  const follower = await world.follow()
  const cures: (() => void)[] = []
  const failed = syncWhile(world, follower, (block) => {
    if (block === 1) world.checkpoint('PASSIVE')
    if (block === 2) cures.push(world.files.fail('write', 'ENOSPC', 'overlay'))
    world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id = 17')
  })
  await assert.rejects(failed, { code: 'REPLICATOR_DISK' })
  for (const cure of cures) cure()
  world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id = 18')
  const report = await follower.sync()
  assert.equal(report.resync?.because, 'not-covered')
  await assertGoesOn(world, follower)
})

test('SlidingScan: the disk fails, also when it is cleaned up → the error that ended it is told; later, exactly the database', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  const cures: (() => void)[] = []
  const failed = syncWhile(world, follower, (block) => {
    if (block !== 2) return
    cures.push(world.files.fail('removeTree', 'EIO', '/scan'), world.files.fail('rename', 'ENOSPC', '/ltx/0'))
  })
  await assert.rejects(failed, { code: 'REPLICATOR_DISK', message: /ENOSPC/ })
  for (const cure of cures) cure()
  await follower.sync()
  await assertGoesOn(world, follower)
})

test('SlidingScan: another WAL takes the name of the one that is read → no file of a state that never was', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  const report = await syncWhile(world, follower, (block) => {
    if (block !== 2) return
    const wal = readFileSync(`${world.path}-wal`)
    renameSync(`${world.path}-wal`, `${world.path}-old`)
    world.writeWal(wal)
  })
  assert.deepEqual([report.kind, report.files], ['busy', []])
  assert.deepEqual(existsSync(scanDirectory(world.metaPath)), false)
  assert.equal((await follower.sync()).kind, 'replaced')
})

/** Every call of a scan that leaves something on the disk; the process ends right before it. */
const steps: readonly [step: string, call: FileCall, part: string][] = [
  ['its folder is made', 'makeDirectory', '/scan'],
  ['the overlay is written', 'write', '/scan/overlay'],
  ['what was scanned has its name', 'rename', '/scan/'],
  ['the file is written', 'write', '-litestream/ltx/0/0000000000000001'],
  ['the file has its name', 'rename', '-litestream/ltx/0/0000000000000001'],
  ['a file after it is written', 'write', '/scan/ltx/0/'],
  ['a file after it has its place', 'rename', '-litestream/ltx/0/0000000000000002'],
  ['the position is written', 'open', '/position'],
  ['the position is renamed', 'rename', '/position'],
]

for (const [step, call, part] of steps) {
  test(`SlidingScan: killed before ${step} → swept; the next start is right and nothing is given a TXID twice`, async () => {
    using world = slidingWorld()
    const before = await world.follow()
    const revive = world.dieBefore(call, part)
    const failed = syncWhile(world, before, () => {
      world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 500 = 1')
    })
    await assert.rejects(failed)
    world.crash()
    revive()
    const kept = localFiles(world.metaPath)
    world.insert(2)
    const after = await world.follow()
    await after.sync()
    assert.deepEqual(localFiles(world.metaPath).slice(0, kept.length), kept)
    await assertGoesOn(world, after)
  })
}

test('SlidingScan: a file after it does not get its place → the file that has it stays as it is, the rest is compared', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  const cure = world.files.fail('rename', 'ENOSPC', '-litestream/ltx/0/0000000000000002')
  const failed = syncWhile(world, follower, () =>
    world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 500 = 1'),
  )
  await assert.rejects(failed, { code: 'REPLICATOR_DISK' })
  cure()
  const kept = localFiles(world.metaPath)
  assert.equal(kept.length, 1)
  const report = await follower.sync()
  assert.deepEqual([report.resync?.because, report.lastTXID], ['no-position', 2n])
  assert.deepEqual(localFiles(world.metaPath)[0], kept[0])
  await assertGoesOn(world, follower)
})

for (const lastBlock of [1, 3, 6]) {
  test(`SlidingScan: its process is killed with kill -9 at block ${lastBlock} → nothing of the scan counts, the next start is right`, async () => {
    using world = slidingWorld()
    const left = await scanProcess(world.path, lastBlock, () => {
      world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 500 = 1')
    })
    assert.ok(left.length > 0, 'it was in the middle of it')
    assert.ok(existsSync(scanDirectory(world.metaPath)))
    assert.equal(existsSync(`${world.metaPath}/position`), false)
    const after = await world.follow()
    assert.equal(existsSync(scanDirectory(world.metaPath)), false, 'swept')
    await after.sync()
    await assertGoesOn(world, after)
  })
}
