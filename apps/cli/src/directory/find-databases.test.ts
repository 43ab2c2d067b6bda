import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { silentLogger } from '@ltx/env/node'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import type { DirectoryRules } from './directory-rules.ts'
import { findDatabases } from './find-databases.ts'

const HEADER = `SQLite format 3\0${'x'.repeat(84)}`

function rules(root: string, recursive: boolean): DirectoryRules {
  return {
    root,
    pattern: '*.db',
    recursive,
    isCandidate: (name) => name.endsWith('.db'),
    isEntered: (directory) => !directory.endsWith('-litestream'),
  }
}

async function makeTree(root: string): Promise<void> {
  for (const folder of ['sub/deep', '.a.db-litestream', 'dir.db'])
    await mkdir(join(root, folder), { recursive: true })
  for (const name of ['b.db', 'a.db', 'sub/c.db', 'sub/deep/d.db', '.a.db-litestream/x.db', 'a.txt']) {
    await writeFile(join(root, name), HEADER)
  }
  await writeFile(join(root, 'empty.db'), '')
  await writeFile(join(root, 'other.db'), 'something else, long enough')
  await symlink('sub', join(root, 'linked'))
  await symlink('a.db', join(root, 'link.db'))
}

test('findDatabases: a directory → files that fit and begin as databases do, sorted; links and subdirectories are left', async () => {
  await using temporary = await temporaryDirectory()
  await makeTree(temporary.path)
  const found = await findDatabases(rules(temporary.path, false), silentLogger)
  assert.deepEqual(found, [join(temporary.path, 'a.db'), join(temporary.path, 'b.db')])
})

test('findDatabases: recursive → those in subdirectories, too, but for ours', async () => {
  await using temporary = await temporaryDirectory()
  await makeTree(temporary.path)
  const found = await findDatabases(rules(temporary.path, true), silentLogger)
  const names = ['a.db', 'b.db', 'sub/c.db', 'sub/deep/d.db']
  assert.deepEqual(
    found,
    names.map((name) => join(temporary.path, name)),
  )
})

test('findDatabases: no such directory → an error that names it', async () => {
  await assert.rejects(findDatabases(rules('/no/such', false), silentLogger), /no such directory: \/no\/such/)
})

test('findDatabases: a directory that cannot be read → an error that names it', async () => {
  const root = `/${'x'.repeat(300)}` // too long for any file system
  await assert.rejects(findDatabases(rules(root, true), silentLogger), /cannot read the directory \/xxx/)
})

test('findDatabases: 3,000 files → all of them', async () => {
  await using temporary = await temporaryDirectory()
  const names = Array.from({ length: 3000 }, (_, index) => `${String(index).padStart(4, '0')}.db`)
  for (const name of names) await writeFile(join(temporary.path, name), HEADER)
  assert.equal((await findDatabases(rules(temporary.path, false), silentLogger)).length, 3000)
})
