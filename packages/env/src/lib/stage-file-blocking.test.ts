import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bytesOf, get } from '../../test/files-rows.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { nodeEnv } from './node/node-env.ts'
import { simEnv, type SimEnv } from './sim/sim-env.ts'
import type { FileOperation } from './sim/sim-faults.ts'
import type { StageOptions } from './stage-file.ts'
import { stageFileBlocking } from './stage-file-blocking.ts'
import { systemErrorCode } from './system-error.ts'

function world(seed = 1): SimEnv {
  const env = simEnv({ seed })
  env.blockingFiles.makeDirectory('/d')
  stage(env, 'old')
  return env
}

function stage(env: SimEnv, text: string, options: StageOptions = {}): void {
  using staged = stageFileBlocking(env, '/d', 'a', options)
  for (const letter of text) staged.write(bytesOf(letter))
  assert.equal(staged.bytesWritten, text.length)
  staged.commit()
}

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    systemErrorCode(error) === code

test('stageFileBlocking: on the real disk, with time and mode → whole, at its name, alone', () => {
  using root = temporaryDirectory()
  const env = nodeEnv()
  using staged = stageFileBlocking(env, root.path, 'a', { mode: 0o640 })
  staged.write(bytesOf('text'))
  staged.commit({ mtimeMs: 1_700_000_000_123 })
  const stat = env.blockingFiles.stat(`${root.path}/a`)
  assert.equal(stat?.mode, 0o640)
  assert.equal(stat.mtimeNs / 1_000_000n, 1_700_000_000_123n)
  assert.deepEqual(env.blockingFiles.list(root.path), ['a'])
})

test('stageFileBlocking: not committed → the temporary is gone, the old file is as it was', async () => {
  const env = world()
  {
    using staged = stageFileBlocking(env, '/d', 'a')
    staged.write(bytesOf('new'))
  }
  assert.deepEqual(env.blockingFiles.list('/d'), ['a'])
  assert.equal(await get(env.files, '/d/a'), 'old')
})

const failures: readonly FileOperation[] = [
  'open',
  'setOwner',
  'write',
  'setTimes',
  'sync',
  'close',
  'rename',
]
for (const operation of failures) {
  test(`stageFileBlocking: ${operation} fails → that error, nothing published, nothing left`, async () => {
    const env = world()
    env.files.failNext(operation, 'EIO')
    assert.throws(() => stage(env, 'new', { mtimeMs: 5, owner: { uid: 1, gid: 1 } }), withCode('EIO'))
    assert.deepEqual(env.blockingFiles.list('/d'), ['a'])
    assert.equal(await get(env.files, '/d/a'), 'old')
  })
}

test('stageFileBlocking: an owner that the system refuses → no failure', async () => {
  const env = world()
  env.files.failNext('setOwner', 'EPERM')
  stage(env, 'new', { owner: { uid: 1, gid: 1 } })
  assert.equal(await get(env.files, '/d/a'), 'new')
})

test('stageFileBlocking: removal fails as well → the first error all the same, and a warning', () => {
  const env = world()
  env.files.failNext('sync', 'ENOSPC')
  env.files.failNext('remove', 'EIO')
  assert.throws(() => stage(env, 'new'), withCode('ENOSPC'))
  assert.equal(env.logger.lines[0]?.message, 'cannot remove a temporary file')
})

test('stageFileBlocking: committed after a write that failed, or twice → refused', () => {
  const env = world()
  using staged = stageFileBlocking(env, '/d', 'a')
  env.files.failNext('write', 'ENOSPC')
  assert.throws(() => staged.write(bytesOf('x')), withCode('ENOSPC'))
  assert.throws(() => staged.commit(), withCode('ENOSPC'))
  using other = stageFileBlocking(env, '/d', 'b')
  other.commit()
  assert.throws(() => other.commit())
})

test('stageFileBlocking: power loss after any step, 60 seeds → the old state or the new, whole', async () => {
  for (let seed = 0; seed < 60; seed++) {
    for (const step of ['write', 'setTimes', 'sync', 'rename', 'syncDirectory', 'list'] as const) {
      const env = world(seed)
      env.files.failNext(step, 'EIO')
      let failed = false
      try {
        stage(env, 'new', { mtimeMs: 5 })
      } catch {
        failed = true
      }
      const after = env.restart(seed % 3 === 0 ? 'nothing' : 'some')
      const content = await get(after.files, '/d/a')
      assert.ok(content === 'new' || (failed && content === 'old'), `seed ${seed}, ${step}: ${content}`)
    }
  }
})
