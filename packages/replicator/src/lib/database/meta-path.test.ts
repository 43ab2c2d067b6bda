import assert from 'node:assert/strict'
import { test } from 'vitest'
import { metaPathOf } from './meta-path.ts'

for (const [path, meta] of [
  ['/data/app.db', '/data/.app.db-litestream'],
  ['app.db', '.app.db-litestream'],
  ['/data/.hidden', '/data/..hidden-litestream'],
] as const) {
  test(`metaPathOf: ${path} → ${meta}`, () => assert.equal(metaPathOf(path), meta))
}
