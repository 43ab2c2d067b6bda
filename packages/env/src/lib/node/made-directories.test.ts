import assert from 'node:assert/strict'
import { test } from 'vitest'
import { madeDirectories } from './made-directories.ts'

const rows: readonly [path: string, first: string | undefined, made: readonly string[]][] = [
  ['/a/b/c', '/a/b', ['/a/b', '/a/b/c']],
  ['/a/b/c', '/a/b/c', ['/a/b/c']],
  ['/a/b', '/a', ['/a', '/a/b']],
  ['/a/b', undefined, []],
  ['/', '/', ['/']],
]

for (const [path, first, made] of rows) {
  test(`madeDirectories: ${path}, the first was ${first} → ${made.length}`, () => {
    assert.deepEqual(madeDirectories(path, first), made)
  })
}
