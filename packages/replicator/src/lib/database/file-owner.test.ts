import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import { PageTable } from '../page-table/page-table.ts'
import { writeRecord } from './checked-record.ts'
import { directoryMode, giveTo, makeOwnedDirectory, ownerInside } from './file-owner.ts'

const OWNER = { mode: 0o640, uid: 7, gid: 8 }

for (const [file, directory] of [
  [0o600, 0o700],
  [0o640, 0o750],
  [0o644, 0o755],
  [0o660, 0o770],
  [0o400, 0o700],
] as const) {
  test(`directoryMode: ${file.toString(8)} → ${directory.toString(8)}`, () =>
    assert.equal(directoryMode(file), directory))
}

test('makeOwnedDirectory: some of it is there → that stays as it is, the rest has the owner', () => {
  const { blockingFiles } = simEnv({ seed: 1 })
  blockingFiles.makeDirectory('/d', { mode: 0o711 })
  makeOwnedDirectory(blockingFiles, '/d/a/b', OWNER)
  const look = (path: string): readonly unknown[] => {
    const stat = blockingFiles.stat(path)
    return [stat?.mode, stat?.uid, stat?.gid]
  }
  assert.deepEqual(
    [look('/d/a'), look('/d/a/b')],
    [
      [0o750, 7, 8],
      [0o750, 7, 8],
    ],
  )
  assert.equal(blockingFiles.stat('/d')?.mode, 0o711)
  assert.notEqual(blockingFiles.stat('/d')?.uid, 7)
})

test("records and the page table: made in a folder of another's → the owner and mode of that, also when they are made again", () => {
  const env = simEnv({ seed: 1 })
  const files = env.blockingFiles
  files.makeDirectory('/d')
  makeOwnedDirectory(files, '/d/m', OWNER)
  writeRecord(env, '/d/m', 'position', { a: 1 })
  PageTable.open(files, '/d/m').close()
  const made = (name: string): readonly unknown[] => {
    const stat = files.stat(`/d/m/${name}`)
    return [stat?.mode, stat?.uid, stat?.gid]
  }
  for (const name of ['position', 'pages']) assert.deepEqual(made(name), [0o640, 7, 8], name)
  writeRecord(env, '/d/m', 'position', { a: 'x'.repeat(1000) })
  assert.deepEqual(made('position'), [0o640, 7, 8])
})

test('giveTo: the system refuses → no failure; no folder → no owner', () => {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m')
  for (const code of ['EPERM', 'ENOTSUP', 'EROFS']) {
    env.files.failNext('setOwner', code)
    assert.doesNotThrow(() => giveTo(env.blockingFiles, '/m', OWNER))
  }
  assert.equal(ownerInside(env.blockingFiles, '/n'), null)
})
