import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import type { CaptureResult } from './capture-loop.ts'
import { captureResultOf } from './capture-result.ts'
import type { SyncReport } from './follower-port.ts'

const files = [{ txid: toTxid(1n), bytes: 1, pages: 1, timestampMs: 0, walBytes: 0, walOffset: 0 }]
type Report = Pick<SyncReport, 'kind' | 'files' | 'unpublished' | 'backfilling'>

const rows: readonly [situation: string, Report | null, CaptureResult][] = [
  ['asleep', null, 'found-nothing'],
  ['SQLite gave no footing', { kind: 'busy', files: [], unpublished: true, backfilling: false }, 'busy'],
  [
    'another file has the name',
    { kind: 'replaced', files: [], unpublished: false, backfilling: false },
    'busy',
  ],
  ['a file was made', { kind: 'synced', files, unpublished: false, backfilling: false }, 'found-changes'],
  [
    'megabytes, and the next commit is being published',
    {
      kind: 'synced',
      files: [...files, ...files.map((file) => ({ ...file, walBytes: 4 * 1024 * 1024 }))],
      unpublished: true,
      backfilling: false,
    },
    'found-much',
  ],
  [
    'a file was made while the next commit is being published',
    { kind: 'synced', files, unpublished: true, backfilling: false },
    'busy',
  ],
  [
    'a transaction stays open, it was waited for',
    { kind: 'synced', files: [], unpublished: true, backfilling: false },
    'found-nothing',
  ],
  ['nothing new', { kind: 'synced', files: [], unpublished: false, backfilling: false }, 'found-nothing'],
  [
    "an application's checkpoint is at work",
    { kind: 'synced', files: [], unpublished: false, backfilling: true },
    'busy',
  ],
  ['no page yet', { kind: 'empty', files: [], unpublished: false, backfilling: false }, 'found-nothing'],
]

for (const [situation, report, result] of rows) {
  test(`captureResultOf: ${situation} → ${result}`, () => assert.equal(captureResultOf(report), result))
}
