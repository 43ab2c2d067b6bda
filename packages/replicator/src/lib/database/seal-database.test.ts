import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'vitest'
import { localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'

test('seal: closed in peace, the application goes on without a checkpoint → read on, nothing compared', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(3)
  await before.sync()
  await before.close()
  assert.ok(existsSync(`${world.metaPath}/seal`))
  world.insert(1) // begins the WAL anew: all was in the database file
  const after = await world.follow()
  const report = await after.sync()
  assert.deepEqual([report.resync, report.files.length, report.frames], [null, 1, 1])
  world.assertCaptured()
})

test('seal: closed in peace, nothing happens, the WAL is deleted → nothing to do', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(3)
  await before.sync()
  await before.close()
  world.reopenApp(() => {})
  const after = await world.follow()
  const report = await after.sync()
  assert.deepEqual([report.kind, report.resync, report.files.length], ['synced', null, 0])
  world.assertCaptured()
})

test('seal: the application writes and checkpoints after it → compared', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  await before.close()
  world.insert(3)
  world.checkpoint('TRUNCATE')
  world.insert(1)
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'not-covered')
  world.assertCaptured()
})

test('seal: the application writes and checkpoints while we close → the stat is older than that, so it is compared', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  let closes = 0
  world.driver.before((sql) => {
    if (sql !== 'close' || ++closes !== 2) return // the pin has just ended, its connection is about to
    world.insert(3)
    assert.equal(world.checkpoint('TRUNCATE').busy, 0)
  })
  await before.close()
  world.checkpoint('TRUNCATE')
  world.insert(1)
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'not-covered')
  world.assertCaptured()
})

test('seal: frames of an open reader stay in the WAL → no seal', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  const reader = world.connect()
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM t').get()
  world.insert(3)
  await follower.sync()
  await follower.close()
  assert.equal(existsSync(`${world.metaPath}/seal`), false)
  reader.close()
})

test('seal: a coarse clock of the file system → no seal within its step', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(1)
  await follower.sync()
  world.wallShiftMs = -10_000 // the last change of the file lies in the future
  await follower.close()
  assert.equal(existsSync(`${world.metaPath}/seal`), false)
})

test('seal: damaged → ignored, compared', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  await before.close()
  world.write('seal', new TextEncoder().encode('0123456789abcdef {"version":1}\n'))
  world.insert(1)
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'not-covered')
  world.assertCaptured()
})

for (let look = 1; look <= 6; look++) {
  test(`sleep: a commit comes before look ${look} at the WAL → nobody sleeps on what is not uploaded`, async () => {
    using world = new World()
    const follower = await world.follow()
    world.insert(3)
    const { lastTXID } = await follower.sync()
    if (lastTXID === null) throw new Error('nothing was captured')
    await follower.confirm(lastTXID)
    let looks = 0
    const stop = world.driver.before((sql) => {
      if (sql === 'main.wal_checkpoint(NOOP)' && ++looks === look) world.insert(1)
    })
    const { kind } = await follower.sleep()
    stop()
    if (kind === 'awake') await follower.sync()
    const newest = localFiles(world.metaPath).at(-1)?.maxTXID
    const isLate = newest !== undefined && newest > lastTXID
    assert.ok(kind === 'awake' || !isLate, `asleep at ${newest}, uploaded is ${lastTXID}`)
  })
}
