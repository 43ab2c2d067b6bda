import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import type { ReplicatorEvent } from '../events.ts'
import { DatabaseTally } from './database-counts.ts'
import { emitCapture, emitCompaction, emitUploadFailure } from './emit-capture.ts'
import type { SyncReport } from './follower-port.ts'
import { reportOf } from './sync-report.ts'

function eventsOf(report: Partial<SyncReport>): ReplicatorEvent[] {
  const events: ReplicatorEvent[] = []
  const emit = (event: ReplicatorEvent): void => void events.push(event)
  const parts = { path: '/data/app.db', emit, tally: new DatabaseTally() }
  emitCapture(parts, { ...reportOf(null, null, { kind: 'none' }), kind: 'synced', ...report }, 5)
  return events
}

const file = (txid: bigint, bytes: number) => ({
  txid: toTxid(txid),
  bytes,
  pages: 1,
  timestampMs: 0,
  walBytes: 0,
  walOffset: 0,
})

test('emitCapture: nothing new → no event', () => {
  assert.deepEqual(eventsOf({}), [])
})

test('emitCapture: files of a comparison → the files, then the comparison with all their bytes', () => {
  const events = eventsOf({
    files: [file(3n, 10), file(4n, 20)],
    resync: { because: 'not-covered', full: false },
  })
  assert.deepEqual(
    events.map((event) => (event.kind === 'resync' ? `${event.because} ${event.bytes}` : event.kind)),
    ['sync', 'not-covered 30'],
  )
})

test('emitCapture: the file was replaced → said once, not as a checkpoint as well', () => {
  assert.deepEqual(
    eventsOf({ kind: 'replaced', checkpoint: { kind: 'replaced' } }).map(({ kind }) => kind),
    ['replaced'],
  )
})

test('emitCompaction: a level that does not hold together → told as an error, and counted', () => {
  const events: ReplicatorEvent[] = []
  const tally = new DatabaseTally()
  const stored = { level: 2, minTXID: toTxid(5n), maxTXID: toTxid(6n), size: 9, createdAtMs: 0 }
  const problem = { kind: 'gap' as const, level: 2, previousMaxTXID: toTxid(3n), file: stored }
  const outcome = {
    kind: 'compacted' as const,
    file: stored,
    inputs: [stored],
    more: false,
    jumpedFrom: null,
  }
  const parts = { path: '/data/app.db', emit: (event: ReplicatorEvent) => void events.push(event), tally }
  emitCompaction(parts, { ...outcome, problems: [] })
  assert.equal(tally.brokenLevels, 0)
  emitCompaction(parts, { ...outcome, problems: [problem] })
  assert.equal(tally.brokenLevels, 1)
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['compaction', 'compaction', 'error'],
  )
  const last = events.at(-1)
  assert.ok(last?.kind === 'error')
  assert.match(last.error.message, /level 2 does not hold together: gap at .*, after 0000000000000003/)
})

test('emitUploadFailure: something that is no error → an error with its text', () => {
  const events: ReplicatorEvent[] = []
  const emit = (event: ReplicatorEvent): void => void events.push(event)
  const parts = { path: '/data/app.db', emit, tally: new DatabaseTally() }
  emitUploadFailure(parts, { error: 'odd', failures: 1, delayMs: 7, log: true })
  const [event] = events
  assert.ok(event?.kind === 'error')
  assert.deepEqual(
    [event.error.message, event.during, event.retryInMs, event.log],
    ['odd', 'upload', 7, true],
  )
})
