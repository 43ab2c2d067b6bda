import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import type { ReplicatorEvent } from '../events.ts'
import { emitCapture, emitUploadFailure } from './emit-capture.ts'
import type { SyncReport } from './follower-port.ts'
import { reportOf } from './sync-report.ts'

function eventsOf(report: Partial<SyncReport>): ReplicatorEvent[] {
  const events: ReplicatorEvent[] = []
  const parts = { path: '/data/app.db', emit: (event: ReplicatorEvent) => void events.push(event) }
  emitCapture(parts, { ...reportOf(null, null, { kind: 'none' }), kind: 'synced', ...report }, 5)
  return events
}

const file = (txid: bigint, bytes: number) => ({ txid: toTxid(txid), bytes, pages: 1, timestampMs: 0 })

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

test('emitUploadFailure: something that is no error → an error with its text', () => {
  const events: ReplicatorEvent[] = []
  const parts = { path: '/data/app.db', emit: (event: ReplicatorEvent) => void events.push(event) }
  emitUploadFailure(parts, { error: 'odd', failures: 1, delayMs: 7, log: true })
  const [event] = events
  assert.ok(event?.kind === 'error')
  assert.deepEqual(
    [event.error.message, event.during, event.retryInMs, event.log],
    ['odd', 'upload', 7, true],
  )
})
