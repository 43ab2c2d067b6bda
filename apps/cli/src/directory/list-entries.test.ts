import assert from 'node:assert/strict'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { listEntries, lookAt } from './list-entries.ts'

test('listEntries: a file, a directory, a link → sorted, each as what it is', async () => {
  await using temporary = await temporaryDirectory()
  await writeFile(join(temporary.path, 'b'), '')
  await mkdir(join(temporary.path, 'c'))
  await symlink('c', join(temporary.path, 'a'))
  assert.deepEqual(
    [...((await listEntries(temporary.path)) ?? [])],
    [
      ['a', 'link'],
      ['b', 'file'],
      ['c', 'directory'],
    ],
  )
})

test('listEntries: no such directory, a file → null', async () => {
  await using temporary = await temporaryDirectory()
  await writeFile(join(temporary.path, 'a'), '')
  assert.equal(await listEntries(join(temporary.path, 'x')), null)
  assert.equal(await listEntries(join(temporary.path, 'a')), null)
})

test('lookAt: a second name of a file → the same identity; a write → another version', async () => {
  await using temporary = await temporaryDirectory()
  const [one, two] = [join(temporary.path, 'one'), join(temporary.path, 'two')]
  assert.equal(await lookAt(one), null)
  await writeFile(one, '')
  await link(one, two)
  const before = await lookAt(one)
  assert.equal(before?.identity, (await lookAt(two))?.identity)
  assert.equal(before?.size, 0)
  await writeFile(one, 'x')
  const after = await lookAt(one)
  assert.equal(after?.identity, before?.identity)
  assert.notEqual(after?.version, before?.version)
})
