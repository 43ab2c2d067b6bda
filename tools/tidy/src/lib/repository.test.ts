import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'vitest'
import { isDoor, isTest, lineAt, packageOf, readRepository, repositoryOf } from './repository.ts'

test('readRepository: a folder on disk → its text files, without what tools made', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'tidy-'))
  try {
    for (const folder of ['packages/x/src', 'packages/x/node_modules/y', 'packages/x/dist']) {
      mkdirSync(path.join(root, folder), { recursive: true })
    }
    writeFileSync(path.join(root, 'packages/x/package.json'), '{"name":"@ltx/x"}')
    writeFileSync(path.join(root, 'packages/x/src/a.ts'), 'a')
    writeFileSync(path.join(root, 'packages/x/src/a.ltx'), 'binary')
    writeFileSync(path.join(root, 'packages/x/node_modules/y/b.ts'), 'b')
    writeFileSync(path.join(root, 'packages/x/dist/a.js'), 'a')
    const repository = readRepository(root)
    assert.deepEqual([...repository.files.keys()], ['packages/x/package.json', 'packages/x/src/a.ts'])
    assert.equal(packageOf(repository, 'packages/x/src/a.ts')?.shortName, 'x')
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('repositoryOf: packages → name, group and manifest', () => {
  const [found] = repositoryOf({
    'apps/cli/package.json': '{"name":"@ltx/cli"}',
    'apps/cli/src/main.ts': '',
  }).packages
  assert.deepEqual(found, {
    folder: 'apps/cli',
    group: 'apps',
    shortName: 'cli',
    manifest: { name: '@ltx/cli' },
  })
})

test('isDoor, isTest: paths → what they are', () => {
  assert.equal(isDoor('packages/x/src/index.ts'), true)
  assert.equal(isDoor('packages/x/src/lib/a.ts'), false)
  assert.equal(isDoor('packages/x/src/readme.test.ts'), false)
  assert.equal(isTest('packages/x/test/fake-server.ts'), true)
  assert.equal(isTest('packages/x/src/testing.ts'), false)
})

test('lineAt: an index → its line, counted from 1', () => {
  assert.deepEqual(
    [0, 1, 2, 4].map((index) => lineAt('a\nb\nc', index)),
    [1, 1, 2, 3],
  )
})
