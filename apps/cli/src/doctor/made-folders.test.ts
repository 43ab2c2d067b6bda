import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { madeFolders } from './made-folders.ts'

test('madeFolders: folders that were missing → removed; those that were there, or are in use → kept', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'a/b/probe')
  const remove = await madeFolders(path)
  await mkdir(join(path, 'ltx/0'), { recursive: true })
  await remove()
  assert.deepEqual([existsSync(join(directory.path, 'a')), existsSync(directory.path)], [false, true])

  await mkdir(join(path, 'ltx/0'), { recursive: true })
  await writeFile(join(directory.path, 'a/other'), '')
  await remove()
  assert.deepEqual(
    [existsSync(join(directory.path, 'a/b')), existsSync(join(directory.path, 'a/other'))],
    [false, true],
  )
})
