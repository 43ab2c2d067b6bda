import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type RestoreJob, summaryText } from './restore-job.ts'

test('summaryText: a restore → Litestream’s fields, in its order, whole milliseconds', () => {
  const job = { output: 'x.db', check: 'quick' } as RestoreJob // of which no more is looked at
  assert.deepEqual(Object.entries(JSON.parse(summaryText(job, 'file', '', 12.6)) as object), [
    ['db_path', 'x.db'],
    ['replica', 'file'],
    ['txid', ''],
    ['duration_ms', 13],
    ['integrity_check', 'quick'],
  ])
})
