import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'

test('LiveImage: a snapshot while commits, checkpoints and restarts of the WAL go on → exactly the state of its TXID', async () => {
  using world = new World({ pageSize: 512, settings: { maxSyncWalBytes: 0 } })
  const follower = await world.follow()
  world.app.exec('CREATE TABLE n (value INTEGER)')
  world.app.exec('INSERT INTO n VALUES (0)')
  for (let i = 0; i < 20; i++) world.insert(400, 300)
  await follower.sync()
  let turns = 0
  const values = new Map<bigint, number>()
  const remember = async (): Promise<void> => {
    const { lastTXID } = await follower.sync()
    values.set(lastTXID ?? 0n, turns)
  }
  await remember()
  let busy = true
  const writing = (async () => {
    while (busy) {
      turns++
      world.app.exec(
        `UPDATE n SET value = ${turns}; UPDATE t SET data = randomblob(300) WHERE id % 97 = ${turns % 97}`,
      )
      if (turns % 3 === 0) world.app.exec('DELETE FROM t WHERE id % 50 = 1')
      await remember()
      world.checkpoint('PASSIVE')
      await world.env.clock.sleep(0)
    }
  })()
  const staged = await follower.snapshot()
  busy = false
  await writing
  assert.ok(staged !== null && turns > 1, `${turns} turns`)
  const restored = world.openImage(world.snapshotImage(staged.path))
  const value = restored.prepare('SELECT value FROM n').pluck().get() as number
  assert.equal(value, values.get(staged.txid))
  assert.equal(restored.pragma('integrity_check', { simple: true }), 'ok')
  restored.close()
}, 30_000)

test('LiveImage: the position is lost while the snapshot is made → refused, nothing wrong is stored', async () => {
  using world = new World({ pageSize: 512 })
  const follower = await world.follow()
  for (let i = 0; i < 20; i++) world.insert(400, 300)
  await follower.sync()
  let waits = 0
  world.onSleep = () => {
    if (++waits === 1) void follower.reset()
  }
  await assert.rejects(follower.snapshot(), { code: 'REPLICATOR_UNEXPECTED' })
})
