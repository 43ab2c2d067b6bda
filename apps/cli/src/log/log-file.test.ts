import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { LogFile } from './log-file.ts'

test('LogFile: renamed by a rotation → written on until it is opened anew', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'ltx.log')
  const file = new LogFile(path)
  file.write('one\n')
  await rename(path, `${path}.1`)
  file.write('two\n')
  file.reopen()
  file.write('three\n')
  assert.equal(await readFile(`${path}.1`, 'utf8'), 'one\ntwo\n')
  assert.equal(await readFile(path, 'utf8'), 'three\n')
  assert.equal((await stat(path)).mode & 0o007, 0, 'not for everybody')
})

test('LogFile: there already → appended to', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'ltx.log')
  new LogFile(path).write('one\n')
  new LogFile(path).write('two\n')
  assert.equal(await readFile(path, 'utf8'), 'one\ntwo\n')
})

test('LogFile: cannot be opened anew → an error, and the old one is used on', async () => {
  await using directory = await temporaryDirectory()
  const folder = join(directory.path, 'logs')
  await mkdir(folder)
  const file = new LogFile(join(folder, 'ltx.log'))
  await rm(folder, { recursive: true })
  assert.throws(() => file.reopen(), /ENOENT/)
  file.write('not lost on us: no error\n')
})

test('LogFile: a disk that takes no line → dropped, no error', () => {
  const full = existsSync('/dev/full') ? '/dev/full' : devNull
  assert.doesNotThrow(() => new LogFile(full).write('line\n'))
})
