import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bytesOf, get, put, refused } from '../../../test/files-rows.ts'
import { drainMicrotasks } from '../node/drain-microtasks.ts'
import { simEnv, type SimEnv } from './sim-env.ts'

async function world(): Promise<SimEnv> {
  const env = simEnv({ seed: 5, startMs: 1_000_000 })
  await env.files.makeDirectory('/d')
  await put(env.files, '/d/a', 'text')
  return env
}

async function namesAfterPowerLoss(): Promise<string[]> {
  const env = simEnv({ seed: 9 })
  for (let i = 0; i < 20; i++) await put(env.files, `/${env.random.hex(4)}`, 'text')
  return env.restart('some').files.list('/')
}

test('simEnv: kill -9 → everything written is there, the old process can touch nothing, the new has another id', async () => {
  const env = await world()
  const handle = await env.files.open('/d/a', 'read-write')
  const after = env.restart('everything')
  assert.equal(await get(after.files, '/d/a'), 'text')
  await refused('EBADF', () => handle.write(bytesOf('ghost'), 0))
  await refused('EBADF', () => env.files.remove('/d/a'))
  assert.throws(() => env.blockingFiles.open('/d/b', 'create'), /EBADF/)
  await handle.close()
  assert.notEqual(after.processId, env.processId)
  assert.equal(after.bootId, env.bootId)
  assert.equal(await get(after.files, '/d/a'), 'text')
})

test('simEnv: power loss → what was not synced is gone; clock and log go on', async () => {
  const env = await world()
  env.logger.log('info', 'before')
  await env.clock.advance(500)
  const after = env.restart('nothing')
  assert.deepEqual(await after.files.list('/d'), [])
  assert.equal(after.clock.wallMs(), 1_000_500)
  assert.equal(after.logger.lines.length, 1)
  assert.notEqual(after.bootId, env.bootId)
})

test('simEnv: watches of a process that is gone → silent; those of the new one hear', async () => {
  const env = await world()
  env.files.watch('/d', () => assert.fail('told a dead process'), assert.fail)
  const after = env.restart('everything')
  const names: (string | null)[] = []
  after.files.watch('/d', ({ name }) => names.push(name), assert.fail)
  await put(after.files, '/d/b', '')
  await drainMicrotasks()
  assert.deepEqual(names, ['b'])
})

test('simEnv: a watch that is broken → one error; one that cannot start → one error', async () => {
  const env = await world()
  const codes: unknown[] = []
  const note = (error: Error & { code?: string }): void => void codes.push(error.code)
  env.files.watch('/d', () => {}, note)
  env.files.breakWatches('EIO')
  env.files.failNext('watch', 'EMFILE')
  env.files.watch('/d', () => {}, note)
  await drainMicrotasks()
  assert.deepEqual(codes, ['EIO', 'EMFILE'])
})

test('simEnv: the same seed → the same names and the same losses', async () => {
  assert.deepEqual(await namesAfterPowerLoss(), await namesAfterPowerLoss())
})

test('simEnv: written at a time → the file has that time, and setTimes changes it', async () => {
  const env = await world()
  assert.equal((await env.files.stat('/d/a'))?.mtimeNs, 1_000_000_000_000n)
  await env.clock.advance(1)
  await using handle = await env.files.open('/d/a', 'read-write')
  await handle.write(bytesOf('x'), 0)
  const stat = await handle.stat()
  assert.equal(stat.mtimeNs, 1_000_001_000_000n)
  await handle.setTimes(7)
  assert.equal((await handle.stat()).mtimeNs, 7_000_000n)
  assert.equal((await handle.stat()).ctimeNs, 1_000_001_000_000n)
})
