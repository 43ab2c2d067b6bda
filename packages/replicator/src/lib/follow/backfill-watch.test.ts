import assert from 'node:assert/strict'
import { test } from 'vitest'
import { BackfillWatch } from './backfill-watch.ts'

const behind = { kind: 'published', frames: 10, backfilled: 4 } as const
const level = { kind: 'published', frames: 10, backfilled: 10 } as const

test('BackfillWatch: the database file changed and frames are missing in it → at work, for five seconds', () => {
  const watch = new BackfillWatch({ mtimeNs: 1n })
  assert.equal(watch.isAtWork({ mtimeNs: 2n }, behind, 100), true)
  assert.equal(watch.isAtWork({ mtimeNs: 2n }, behind, 5099), true)
  assert.equal(watch.isAtWork({ mtimeNs: 2n }, behind, 5100), false)
  assert.equal(watch.isAtWork({ mtimeNs: 3n }, behind, 6000), true)
})

test('BackfillWatch: the file has not changed, all frames are in it, or SQLite gives no answer → not at work', () => {
  const watch = new BackfillWatch({ mtimeNs: 1n })
  assert.equal(watch.isAtWork({ mtimeNs: 1n }, behind, 0), false)
  assert.equal(watch.isAtWork({ mtimeNs: 2n }, level, 0), false)
  assert.equal(watch.isAtWork({ mtimeNs: 3n }, { kind: 'no-answer' }, 0), false)
})

test('BackfillWatch: it was told to be over → what comes next in the WAL is not missing in the file, until that changes again', () => {
  const watch = new BackfillWatch({ mtimeNs: 1n })
  assert.equal(watch.isAtWork({ mtimeNs: 2n }, behind, 100), true)
  assert.equal(watch.isAtWork({ mtimeNs: 3n }, level, 200), false)
  assert.equal(watch.isAtWork({ mtimeNs: 3n }, behind, 300), false)
  assert.equal(watch.isAtWork({ mtimeNs: 4n }, behind, 400), true)
})
