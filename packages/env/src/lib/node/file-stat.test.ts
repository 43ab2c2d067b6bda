import assert from 'node:assert/strict'
import { type BigIntStats, statSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { temporaryDirectory } from '../../../test/temporary-directory.ts'
import { systemErrorCode } from '../system-error.ts'
import { checkIsFile, fileStat } from './file-stat.ts'

test('fileStat: a file on the disk → what the system says', () => {
  using root = temporaryDirectory()
  const path = `${root.path}/a`
  writeFileSync(path, 'abc', { mode: 0o600 })
  const system = statSync(path, { bigint: true })
  assert.deepEqual(fileStat(system), {
    kind: 'file',
    size: 3,
    mtimeNs: system.mtimeNs,
    ctimeNs: system.ctimeNs,
    dev: system.dev,
    ino: system.ino,
    mode: 0o600,
    uid: Number(system.uid),
    gid: Number(system.gid),
  })
})

const stats = (path: string): BigIntStats => statSync(path, { bigint: true })

test('checkIsFile: a directory, a device → EISDIR, EINVAL', () => {
  assert.throws(
    () => checkIsFile(stats('/'), '/'),
    (error) => systemErrorCode(error) === 'EISDIR',
  )
  assert.equal(fileStat(stats('/dev/null')).kind, 'other')
  assert.throws(
    () => checkIsFile(stats('/dev/null'), '/dev/null'),
    (error) => systemErrorCode(error) === 'EINVAL',
  )
})
