import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'

test('CheckpointPolicy: by time → when the interval has passed with frames left, not before', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 1000, checkpointIntervalMs: 60_000 },
  })
  const follower = await world.follow()
  world.insert(1)
  assert.equal((await follower.sync()).checkpoint.kind, 'none')
  world.elapsedShiftMs = 59_000
  assert.equal((await follower.sync()).checkpoint.kind, 'none')
  world.elapsedShiftMs = 61_000
  assert.partialDeepStrictEqual((await follower.sync()).checkpoint, {
    kind: 'quiet',
    result: { kind: 'done', lockedMs: null },
  })
  world.elapsedShiftMs = 500_000
  assert.equal((await follower.sync()).checkpoint.kind, 'none', 'nothing is left to move (litestream#896)')
})

test('CheckpointPolicy: a reader stays in the way → pauses of 1, 2, 4 … s, at most a minute; gone → at once again', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 5, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  const reader = world.connect()
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM t').get()
  world.insert(20, 3000)
  const tries: number[] = []
  for (let second = 0; second <= 200; second++) {
    world.elapsedShiftMs = second * 1000
    if ((await follower.sync()).checkpoint.kind !== 'none') tries.push(second)
  }
  const pauses = tries.map((second, index) => second - (tries[index - 1] ?? 0)).slice(1)
  assert.ok(pauses.length >= 7, `tries at ${tries.join(' ')}`)
  for (const [index, pause] of pauses.entries()) {
    const due = Math.min(60, 2 ** index)
    assert.ok(pause === due || pause === due + 1, `pauses of ${pauses.join(' ')} s`)
  }
  reader.close()
  world.elapsedShiftMs = 300_000
  const done = await follower.sync()
  assert.equal('result' in done.checkpoint && done.checkpoint.result.kind, 'done')
}, 30_000)

test('CheckpointPolicy: the WAL grows fast past ten times the limit → the next sync is wanted at once; a reader in the way → not', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 100, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  world.insert(900, 3000)
  assert.equal(await follower.isPinWanted(), false)
  world.insert(300, 3000)
  world.elapsedShiftMs = 1000
  assert.equal(await follower.isPinWanted(), true)
  const reader = world.connect()
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM t').get()
  world.insert(1)
  await follower.sync()
  assert.equal(await follower.isPinWanted(), false)
  world.insert(1200, 3000)
  assert.equal(await follower.isPinWanted(), false)
  reader.close()
})

test('CheckpointPolicy: a flood, more than twenty times the limit in a second → the next sync is not hurried; slower than that → it is', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 100, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  world.insert(1200, 3000)
  world.elapsedShiftMs = 300
  assert.equal(await follower.isPinWanted(), false)
  world.elapsedShiftMs = 900
  assert.equal(await follower.isPinWanted(), true)
})
