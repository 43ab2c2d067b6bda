import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { temporaryPlace } from './temporary-place.ts'

test('temporaryPlace: the scope is left → it is gone with what is in it; only the owner may look in', async () => {
  await using directory = await temporaryDirectory()
  {
    await using place = await temporaryPlace([directory.path])
    assert.equal((await stat(place.path)).mode & 0o777, 0o700)
    await writeFile(join(place.path, 'restored.db'), 'x')
  }
  assert.deepEqual(await readdir(directory.path), [])
})

test('temporaryPlace: the first place is not there → the system’s; unless it was asked for', async () => {
  await using place = await temporaryPlace(['/does/not/exist'])
  assert.equal(place.parent, tmpdir())
  await assert.rejects(
    temporaryPlace(['/does/not/exist'], true),
    /cannot make a temporary directory in \/does\/not\/exist/,
  )
})

test('temporaryPlace: left by a killed process a day ago, an hour ago, by a living one → only the first is removed', async () => {
  await using directory = await temporaryDirectory()
  const gone = spawnSync('true').pid
  const names = [
    `verify.${gone}.${'0'.repeat(16)}`,
    `verify.${gone}.${'1'.repeat(16)}`,
    `verify.1.${'2'.repeat(16)}`,
  ]
  for (const [index, name] of names.entries()) {
    const path = join(directory.path, name)
    await mkdir(path)
    const ageMs = index === 1 ? 3_600_000 : 25 * 3_600_000
    const then = new Date(Date.now() - ageMs)
    await utimes(path, then, then)
  }
  await using place = await temporaryPlace([directory.path])
  assert.ok(place.path !== '')
  const left = await readdir(directory.path)
  assert.deepEqual(left.filter((name) => names.includes(name)).toSorted(), names.slice(1).toSorted())
})
