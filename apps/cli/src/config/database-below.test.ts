import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import type { Config } from './config.ts'
import { databaseBelow, entryOf, isBelow, nameFilter } from './database-below.ts'
import { parseConfig } from './load-config.ts'

const { io } = testIo({ workingDirectory: '/srv' })
const config = (entry: string): Config =>
  parseConfig(`dbs: [{dir: /data, pattern: '*.db', ${entry}}]`, 'x.yml', io)

const metaPaths: readonly (readonly [entry: string, path: string, metaPath: string | null])[] = [
  ['', '/data/a.db', null],
  ['meta-path: /meta', '/data/a.db', '/meta/.a.db-litestream'],
  ['meta-path: meta', '/data/sub/a.db', '/srv/meta/sub/.a.db-litestream'],
  ['meta-dir: /meta', '/data/a.db', '/meta/a.db-litestream'],
  ['meta-dir: /meta', '/data/sub/deep/a.db', '/meta/sub/deep/a.db-litestream'],
]
for (const [entry, path, metaPath] of metaPaths) {
  test(`databaseBelow: {${entry}} and ${path} → state in ${metaPath ?? 'the usual place'}`, () => {
    const [template] = config(entry).databases
    assert.ok(template)
    assert.equal(databaseBelow(template, path).metaPath, metaPath)
  })
}

test('databaseBelow: a database in a subdirectory → its path and its relative path', () => {
  const [template] = config('recursive: true').databases
  assert.ok(template)
  const { path, relativePath, number } = databaseBelow(template, '/data/sub/a b.db')
  assert.deepEqual(
    { path, relativePath, number },
    { path: '/data/sub/a b.db', relativePath: 'sub/a b.db', number: 1 },
  )
})

test('nameFilter: names that fit → only those of no sidecar', () => {
  const [template] = parseConfig("dbs: [{dir: /data, pattern: '*'}]", 'x.yml', io).databases
  assert.ok(template)
  const names = ['a.db', 'a.db-wal', 'a.db-shm', 'a.db-journal', 'wal']
  assert.deepEqual(names.filter(nameFilter(template, io)), ['a.db', 'wal'])
})

const found: readonly (readonly [entry: string, path: string, found: string | undefined])[] = [
  ['', '/data/a.db', 'a.db'],
  ['', '/data/a.txt', undefined],
  ['', '/data/sub/a.db', undefined],
  ['recursive: true', '/data/sub/a.db', 'sub/a.db'],
  ['recursive: true', '/database/a.db', undefined],
  ['recursive: true', '/data', undefined],
  ['recursive: true', '', undefined],
]
for (const [entry, path, relativePath] of found) {
  test(`entryOf: {${entry}} and "${path}" → ${relativePath ?? 'none'}`, () => {
    assert.equal(entryOf(config(entry), path, io)?.relativePath, relativePath)
  })
}

test('entryOf: a path with an entry of its own → that one, before a directory', () => {
  const both = parseConfig("dbs: [{dir: /data, pattern: '*'}, {path: /data/a.db}]", 'x.yml', io)
  assert.equal(entryOf(both, '/data/a.db', io)?.number, 2)
  assert.equal(entryOf(both, '/data/b.db', io)?.number, 1)
})

test('isBelow: the root directory → everything', () => {
  assert.ok(isBelow('/', '/a'))
})
