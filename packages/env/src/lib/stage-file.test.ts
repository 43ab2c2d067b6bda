import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bytesOf, get, put, refused } from '../../test/files-rows.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { nodeEnv } from './node/node-env.ts'
import { simEnv, type SimEnv } from './sim/sim-env.ts'
import type { FileOperation } from './sim/sim-faults.ts'
import { stageFile, type StageOptions } from './stage-file.ts'

async function world(seed = 1): Promise<SimEnv> {
  const env = simEnv({ seed })
  await env.files.makeDirectory('/d')
  await using old = await env.files.open('/d/a', 'create-new')
  await old.write(bytesOf('old'), 0)
  await old.sync()
  await env.files.syncDirectory('/d')
  return env
}

async function stage(env: SimEnv, name: string, options: StageOptions = {}): Promise<void> {
  await using staged = await stageFile(env, '/d', name, options)
  await staged.write(bytesOf('ne'))
  await staged.write(bytesOf('w'))
  assert.equal(staged.bytesWritten, 3)
  await staged.commit()
}

test('stageFile: on the real disk, with time and mode → whole, at its name, alone', async () => {
  using root = temporaryDirectory()
  const env = nodeEnv()
  for (const publish of ['rename', 'link'] as const) {
    await using staged = await stageFile(env, root.path, publish, {
      publish,
      mode: 0o640,
      mtimeMs: 1_700_000_000_123,
    })
    await staged.write(bytesOf('text'))
    assert.equal(await env.files.stat(`${root.path}/${publish}`), null)
    await staged.commit()
    const stat = await env.files.stat(`${root.path}/${publish}`)
    assert.equal(stat?.mode, 0o640)
    assert.equal(stat.mtimeNs / 1_000_000n, 1_700_000_000_123n)
  }
  assert.deepEqual(await env.files.list(root.path), ['link', 'rename'])
})

test('stageFile: not committed → the temporary is gone, the old file is as it was', async () => {
  const env = await world()
  {
    await using staged = await stageFile(env, '/d', 'a')
    await staged.write(bytesOf('new'))
    assert.equal(await get(env.files, staged.temporaryPath), 'new')
  }
  assert.deepEqual(await env.files.list('/d'), ['a'])
  assert.equal(await get(env.files, '/d/a'), 'old')
})

test('stageFile: a time at commit and one before → the one at commit', async () => {
  const env = await world()
  await using staged = await stageFile(env, '/d', 'a', { mtimeMs: 1 })
  await staged.commit({ mtimeMs: 1234 })
  assert.equal((await env.files.stat('/d/a'))?.mtimeNs, 1_234_000_000n)
})

test('stageFile: an owner → set; refused by the system → no failure; another error → passed on, nothing left', async () => {
  const env = await world()
  await stage(env, 'a', { owner: { uid: 5, gid: 6 } })
  assert.equal((await env.files.stat('/d/a'))?.uid, 5)
  env.files.failNext('setOwner', 'EPERM')
  await stage(env, 'b', { owner: { uid: 5, gid: 6 } })
  env.files.failNext('setOwner', 'EIO')
  await refused('EIO', () => stage(env, 'c', { owner: { uid: 5, gid: 6 } }))
  assert.deepEqual(await env.files.list('/d'), ['a', 'b'])
})

test('stageFile: link to a name that is taken → EEXIST, both to compare until disposal', async () => {
  const env = await world()
  {
    await using staged = await stageFile(env, '/d', 'a', { publish: 'link' })
    await staged.write(bytesOf('new'))
    await refused('EEXIST', () => staged.commit())
    assert.equal(await get(env.files, staged.temporaryPath), 'new')
    assert.equal(await get(env.files, '/d/a'), 'old')
  }
  assert.deepEqual(await env.files.list('/d'), ['a'])
})

const failures: readonly [operation: FileOperation, publish: 'rename' | 'link'][] = [
  ['open', 'rename'],
  ['write', 'rename'],
  ['setTimes', 'rename'],
  ['sync', 'rename'],
  ['close', 'rename'],
  ['rename', 'rename'],
  ['link', 'link'],
]

for (const [operation, publish] of failures) {
  test(`stageFile: ${operation} fails → that error, nothing published, nothing left`, async () => {
    const env = await world()
    env.files.failNext(operation, 'EIO')
    await refused('EIO', () => stage(env, publish === 'link' ? 'b' : 'a', { publish, mtimeMs: 5 }))
    assert.deepEqual(await env.files.list('/d'), ['a'])
    assert.equal(await get(env.files, '/d/a'), 'old')
  })
}

test('stageFile: removal of the temporary fails as well → the first error all the same, and a warning', async () => {
  const env = await world()
  env.files.failNext('sync', 'ENOSPC')
  env.files.failNext('close', 'EIO')
  env.files.failNext('remove', 'EIO')
  await refused('ENOSPC', () => stage(env, 'a'))
  assert.deepEqual(
    env.logger.lines.map(({ message }) => message),
    ['cannot close a temporary file', 'cannot remove a temporary file'],
  )
})

test('stageFile: committed after a write that failed → the write’s error, nothing published', async () => {
  const env = await world()
  await using staged = await stageFile(env, '/d', 'a')
  env.files.failNext('write', 'ENOSPC')
  await refused('ENOSPC', () => staged.write(bytesOf('x')))
  await staged.write(bytesOf('y'))
  await refused('ENOSPC', () => staged.commit())
  assert.equal(await get(env.files, '/d/a'), 'old')
})

test('stageFile: committed twice, or after disposal → refused', async () => {
  const env = await world()
  const staged = await stageFile(env, '/d', 'b')
  await staged.commit()
  await assert.rejects(() => staged.commit())
  await staged[Symbol.asyncDispose]()
  await staged[Symbol.asyncDispose]()
  const other = await stageFile(env, '/d', 'c')
  await other[Symbol.asyncDispose]()
  await assert.rejects(() => other.commit())
  assert.deepEqual(await env.files.list('/d'), ['a', 'b'])
})

test('stageFile: two writes under way at once → one after the other in the file', async () => {
  const env = await world()
  await using staged = await stageFile(env, '/d', 'b')
  await Promise.all([staged.write(bytesOf('one ')), staged.write(bytesOf('two'))])
  await staged.commit()
  assert.equal(await get(env.files, '/d/b'), 'one two')
})

for (const publish of ['rename', 'link'] as const) {
  test(`stageFile by ${publish}: power loss after any step, 60 seeds → the old state or the new, whole`, async () => {
    const name = publish === 'link' ? 'b' : 'a'
    const before = publish === 'link' ? null : 'old'
    const steps: readonly FileOperation[] = ['write', 'setTimes', 'sync', publish, 'remove', 'syncDirectory']
    for (let seed = 0; seed < 60; seed++) {
      for (const step of steps) {
        const env = await world(seed)
        const stop = env.files.failAlways(step, 'EIO') // the process gets no further than this
        const failed = await stage(env, name, { publish, mtimeMs: 5 }).then(
          () => false,
          () => true,
        )
        stop()
        const after = env.restart(seed % 3 === 0 ? 'nothing' : 'some')
        const content =
          (await after.files.stat(`/d/${name}`)) === null ? null : await get(after.files, `/d/${name}`)
        assert.ok(content === before || content === 'new', `seed ${seed}, ${step}: ${content}`)
        if (!failed) assert.equal(content, 'new') // committed is committed
      }
    }
  })
}

test('stageFile: committed, then power loss → there', async () => {
  const env = await world()
  await stage(env, 'a')
  await put(env.files, '/d/other', 'unsynced')
  const after = env.restart('nothing')
  assert.equal(await get(after.files, '/d/a'), 'new')
  assert.deepEqual(await after.files.list('/d'), ['a'])
})
