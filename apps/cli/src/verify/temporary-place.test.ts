import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { ownedName } from '@ltx/restore'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { temporaryPlace } from './temporary-place.ts'

const env = nodeEnv()

test('temporaryPlace: the scope is left → it is gone with what is in it; only the owner may look in', async () => {
  await using directory = await temporaryDirectory()
  {
    await using place = await temporaryPlace([directory.path], env)
    assert.equal((await stat(place.path)).mode & 0o777, 0o700)
    await writeFile(join(place.path, 'restored.db'), 'x')
  }
  assert.deepEqual(await readdir(directory.path), [])
})

test('temporaryPlace: the first place is not there → the system’s; unless it was asked for', async () => {
  await using place = await temporaryPlace(['/does/not/exist'], env)
  assert.equal(place.parent, tmpdir())
  await assert.rejects(
    temporaryPlace(['/does/not/exist'], env, true),
    /cannot make a temporary directory in \/does\/not\/exist/,
  )
})

test('temporaryPlace: left by a killed process, by one of another container long ago, a minute ago; one that goes on → only the last two stay', async () => {
  await using directory = await temporaryDirectory()
  const put = async (name: string, ageMs: number): Promise<string> => {
    const path = join(directory.path, name)
    await mkdir(path)
    await writeFile(join(path, 'restored.db'), 'x')
    const then = new Date(Date.now() - ageMs)
    await utimes(path, then, then)
    return name
  }
  const gone = spawnSync('true').pid
  await put((await ownedName({ ...env, processId: gone }, 'verify')).replace('.tmp', ''), 0)
  await put(`verify.1.${'0'.repeat(16)}`, 600_000)
  const recent = await put(`verify.1.${'1'.repeat(16)}`, 60_000)
  await using living = await temporaryPlace([directory.path], env)
  await using place = await temporaryPlace([directory.path], env)
  const names = [recent, basename(living.path), basename(place.path)]
  const left = await readdir(directory.path)
  assert.deepEqual(
    left.filter((name) => process.platform === 'linux' || names.includes(name)).toSorted(),
    names.toSorted(),
  )
})
