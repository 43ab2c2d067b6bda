import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import type { DatabaseStatus, ReplicatorEvent } from '@ltx/replicator'
import { test } from 'vitest'
import { databaseStatus } from '../../test/database-status.ts'
import { HealthMonitor } from './health-monitor.ts'

const path = '/data/app.db'
const LIMIT_MS = 60_000

/** One database, at a time that the test sets. */
class Scene {
  nowMs = 1_000_000
  status: DatabaseStatus = databaseStatus()
  readonly monitor: HealthMonitor

  constructor(lagMsMax: number | null = LIMIT_MS) {
    this.monitor = new HealthMonitor({
      statuses: () => [this.status],
      lagMsMax,
      nowMs: () => this.nowMs,
    })
  }

  /** `kind: reason` of each problem, after so many milliseconds. */
  problemsAfter(delayMs: number): string[] {
    this.nowMs += delayMs
    return this.monitor.problems().map(({ kind, reason }) => `${kind}: ${reason}`)
  }

  fail(during: Extract<ReplicatorEvent, { kind: 'error' }>['during'], message: string): void {
    this.monitor.hear({ kind: 'error', path, during, error: new Error(message), retryInMs: 5, log: true })
  }
}

test('HealthMonitor: everything is in the replica → no lag, however long nothing happens', () => {
  const scene = new Scene()
  assert.deepEqual(scene.problemsAfter(100 * LIMIT_MS), [])
  assert.equal(scene.monitor.lagMs(scene.status), 0)
})

test('HealthMonitor: a commit waits → its age is the lag, and above the limit the database is stale', () => {
  const scene = new Scene()
  scene.status = databaseStatus({ behindSinceMs: scene.nowMs })
  assert.deepEqual(scene.problemsAfter(LIMIT_MS), [])
  assert.equal(scene.monitor.lagMs(scene.status), LIMIT_MS)
  assert.deepEqual(scene.problemsAfter(1000), [
    'stale: commits of 1m1s are not known to be in the replica; at most 1m0s are allowed',
  ])
  scene.status = databaseStatus()
  assert.deepEqual(scene.problemsAfter(0), [])
})

test('HealthMonitor: uploads fail → nothing until a commit is too old, then the reason as well', () => {
  const scene = new Scene()
  scene.status = databaseStatus({ behindSinceMs: scene.nowMs })
  scene.fail('upload', 'no route to host')
  assert.deepEqual(scene.problemsAfter(5000), [])
  const [error, stale] = scene.problemsAfter(LIMIT_MS)
  assert.equal(error, 'error: no route to host')
  assert.match(stale ?? '', /^stale: /)
  scene.monitor.hear({ kind: 'upload', path, files: [], confirmed: toTxid(1n) })
  assert.match(scene.problemsAfter(0).join(), /^stale: /, 'not an error any more, but still behind')
})

for (const [syncIntervalMs, limitMs] of [
  [100, 60_000],
  [6000, 60_000],
  [30_000, 300_000],
] as const) {
  test(`HealthMonitor: no limit is set, and a sync interval of ${syncIntervalMs} ms → ${limitMs} ms are allowed`, () => {
    const scene = new Scene(null)
    scene.status = databaseStatus({ syncIntervalMs, behindSinceMs: scene.nowMs })
    assert.deepEqual(scene.problemsAfter(limitMs), [])
    assert.equal(scene.problemsAfter(1).length, 1)
  })
}

for (const during of ['open', 'sync'] as const) {
  test(`HealthMonitor: nobody can look for commits (${during}) → that counts as lag, until it is over`, () => {
    const scene = new Scene()
    scene.fail(during, 'disk I/O error')
    scene.nowMs += 30_000
    scene.fail(during, 'disk I/O error')
    assert.equal(scene.monitor.lagMs(scene.status), 30_000)
    assert.match(scene.problemsAfter(31_000).join(), /^error: disk I\/O error,stale: /)
    scene.monitor.hear({ kind: 'recovered', path, during, failures: 2 })
    assert.deepEqual(scene.problemsAfter(0), [])
  })
}

for (const [name, event] of [
  ['a new session', { kind: 'start', path, plan: 'go-on', because: 'equal' }],
  ['active again', { kind: 'state', path, state: 'active' }],
  ['dormant', { kind: 'state', path, state: 'dormant' }],
] as const) {
  test(`HealthMonitor: ${name} after failures → no lag`, () => {
    const scene = new Scene()
    scene.fail('open', 'locked')
    scene.nowMs += 1000
    assert.equal(scene.monitor.lagMs(scene.status), 1000)
    scene.monitor.hear(event)
    assert.equal(scene.monitor.lagMs(scene.status), 0)
  })
}

test('HealthMonitor: chores fail → neither lag nor problem: every commit is in the replica', () => {
  const scene = new Scene()
  for (const during of ['compaction', 'snapshot', 'retention', 'watch'] as const) scene.fail(during, 'EIO')
  assert.deepEqual(scene.problemsAfter(2 * LIMIT_MS), [])
})

test('HealthMonitor: another writer, or replication that has stopped → red at once', () => {
  const scene = new Scene()
  scene.monitor.hear({ kind: 'conflict', path, txid: toTxid(2n), error: new Error('other bytes') })
  scene.status = databaseStatus({ state: 'failed', error: new Error('REPLICATOR_CONFLICT') })
  assert.deepEqual(scene.problemsAfter(0), ['error: other bytes'])
})

test('HealthMonitor: a database that does not exist yet → no lag to speak of', () => {
  const scene = new Scene()
  scene.status = databaseStatus({ state: 'absent' })
  assert.equal(scene.monitor.lagMs(scene.status), null)
  assert.deepEqual(scene.problemsAfter(0), [])
})

test('HealthMonitor: a restore on trial fails → unverifiable until one succeeds; the last good one is remembered', () => {
  const scene = new Scene()
  scene.monitor.verified(path, { atMs: 1, failure: null })
  scene.monitor.verified(path, { atMs: 2, failure: 'page 7 differs' })
  assert.deepEqual(scene.problemsAfter(0), ['unverifiable: page 7 differs'])
  assert.equal(scene.monitor.verificationOf(path)?.goodAtMs, 1)
  scene.monitor.verified(path, { atMs: 3, failure: null })
  assert.deepEqual(scene.problemsAfter(0), [])
  scene.monitor.hear({ kind: 'state', path, state: 'closed' })
  assert.equal(scene.monitor.verificationOf(path), null)
})

test('HealthMonitor: absent and it was there → missing, at once; yet to come → no problem; it cannot be opened → behind', () => {
  let nowMs = 1_000_000
  const monitor = new HealthMonitor({ statuses: () => [], lagMsMax: null, nowMs: () => nowMs })
  const kinds = (changes: Partial<DatabaseStatus>): string[] =>
    monitor.problemsOf(databaseStatus({ state: 'absent', ...changes })).map(({ kind }) => kind)
  assert.deepEqual(kinds({}), [])
  assert.deepEqual(kinds({ isMissing: true }), ['missing'])
  const error = new Error('it is no database')
  monitor.hear({ kind: 'error', path: '/data/app.db', during: 'open', error, retryInMs: 1, log: true })
  nowMs += 61_000
  assert.deepEqual(kinds({ error }), ['error', 'stale'])
})
