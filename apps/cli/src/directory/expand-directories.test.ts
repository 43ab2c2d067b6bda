import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { silentLogger } from '@ltx/env/node'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import type { DatabaseConfig } from '../config/config.ts'
import { parseConfig } from '../config/load-config.ts'
import { expandDirectories } from './expand-directories.ts'

/** A directory with a.db and sub/a.db, as the working directory. */
async function expanded(yaml: string, toFollow = true): Promise<DatabaseConfig[]> {
  await using temporary = await temporaryDirectory()
  await mkdir(join(temporary.path, 'data/sub'), { recursive: true })
  for (const name of ['a.db', 'sub/a.db']) {
    await writeFile(join(temporary.path, 'data', name), `SQLite format 3\0${'x'.repeat(84)}`)
  }
  const { io } = testIo({ workingDirectory: temporary.path })
  const config = parseConfig(yaml, 'x.yml', io)
  return await expandDirectories({ config, io, logger: silentLogger, toFollow })
}

const found: readonly (readonly [situation: string, yaml: string, relativePaths: readonly string[]])[] = [
  ['a directory', "dbs: [{dir: data, pattern: '*', replica: {path: r}}]", ['a.db']],
  [
    'with those in it',
    "dbs: [{dir: data, pattern: '*', recursive: true, replica: {path: r}}]",
    ['a.db', 'sub/a.db'],
  ],
  [
    'a database with an entry of its own',
    "dbs: [{path: data/a.db}, {dir: data, pattern: '*', recursive: true, replica: {path: r}}]",
    ['', 'sub/a.db'],
  ],
  ['nothing, but watched', "dbs: [{dir: data, pattern: 'x', watch: true, replica: {path: r}}]", []],
]
for (const [situation, yaml, relativePaths] of found) {
  test(`expandDirectories: ${situation} → ${relativePaths.join(', ')}`, async () => {
    assert.deepEqual(
      (await expanded(yaml)).map(({ relativePath }) => relativePath),
      relativePaths,
    )
  })
}

test('expandDirectories: nothing found, not watched → an error where it is to be replicated', async () => {
  const yaml = "dbs: [{dir: data, pattern: 'x', replica: {path: r}}]"
  await assert.rejects(expanded(yaml), /x\.yml:1: no databases in .*data fit the pattern x$/)
  assert.deepEqual(await expanded(yaml, false), [])
})

const refused: readonly (readonly [situation: string, yaml: string, message: RegExp])[] = [
  [
    'two directories that overlap',
    'dbs: [*a, {<<: *a, recursive: true}]',
    /data\/a\.db is given twice: the entry in line \d/,
  ],
  ['two paths', 'dbs: [{path: a}, {path: ./a}]', /\/a is given twice/],
  [
    'one state folder',
    'dbs: [{path: a, meta-path: m}, {path: b, meta-path: m}]',
    /a and .*b would keep .*one folder/,
  ],
  [
    'one replica',
    'dbs: [{path: a, replica: {path: r}}, {path: b, replica: {path: ./r}}]',
    /x\.yml:2: .*\/b and .*\/a \(line 2\) would be stored in one place, file:\/\/.*\/r:/,
  ],
  [
    'one replica, of a database in a directory',
    'dbs: [*a, {path: b, replica: {path: r/a.db}}]',
    /\/b and .*data\/a\.db \(line 2\) would be stored in one place/,
  ],
  [
    'one replica, of databases in two directories',
    "dbs: [*a, {dir: data/sub, pattern: '*', replica: {path: r}}]",
    /sub\/a\.db and .*data\/a\.db .* one place, file:\/\/.*\/r\/a\.db/,
  ],
]
for (const [situation, yaml, message] of refused) {
  test(`expandDirectories: ${situation} → an error that names both`, async () => {
    const anchors = "x-a: &a {dir: data, pattern: '*', replica: {path: r}}\n"
    await assert.rejects(expanded(anchors + yaml), message)
  })
}
