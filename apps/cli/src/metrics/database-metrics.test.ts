import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toTxid } from '@ltx/format'
import { Registry } from 'prom-client'
import { test } from 'vitest'
import { databaseStatus, NO_COUNTS } from '../../test/database-status.ts'
import { samplesOf } from '../../test/samples-of.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { DatabaseMetrics } from './database-metrics.ts'

const BY_DATABASE = [
  'litestream_db_size',
  'litestream_wal_size',
  'litestream_total_wal_bytes',
  'litestream_txid',
  'litestream_sync_count',
  'litestream_sync_error_count',
  'litestream_sync_seconds',
  'litestream_disk_full',
  'litestream_compaction_verify_error_count',
]

test('DatabaseMetrics: a database that nothing has happened to → each of its series is 0, and none with a mode or a status', async () => {
  const registry = new Registry()
  new DatabaseMetrics(registry).update([databaseStatus()])
  assert.deepEqual(
    await samplesOf(registry),
    BY_DATABASE.map((name) => ({ name, labels: { db: '/data/app.db' }, value: 0 })),
  )
})

test('DatabaseMetrics: a database that has not changed since the start → its size is that of the file', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await writeFile(path, new Uint8Array(12_288))
  const registry = new Registry()
  new DatabaseMetrics(registry).update([databaseStatus({ path })])
  const [size] = await samplesOf(registry)
  assert.deepEqual(size, { name: 'litestream_db_size', labels: { db: path }, value: 12_288 })
})

test('DatabaseMetrics: counts → the values; scraped twice → the same, not twice as much', async () => {
  const registry = new Registry()
  const metrics = new DatabaseMetrics(registry)
  const status = databaseStatus({
    txid: toTxid(12n),
    counts: {
      ...NO_COUNTS,
      captures: 9,
      failedCaptures: 2,
      captureMs: 1500,
      walBytes: 70_000,
      walOffset: 4152,
      databaseBytes: 8192,
      isDiskFull: true,
      brokenLevels: 1,
      checkpoints: new Map([
        ['PASSIVE', { executed: 5, hindered: 2, elapsedMs: 250 }],
        ['TRUNCATE', { executed: 1, hindered: 0, elapsedMs: 10 }],
      ]),
      level0: { eligible: 3, notCompacted: 2, tooRecent: 1 },
    },
  })
  for (let scrape = 0; scrape < 2; scrape++) {
    metrics.update([status])
    const samples = await samplesOf(registry)
    const value = (name: string, extra: Readonly<Record<string, string>> = {}): number | undefined =>
      samples.find(
        (each) =>
          each.name === name && Object.entries(extra).every(([key, word]) => each.labels[key] === word),
      )?.value
    assert.deepEqual(
      BY_DATABASE.map((name) => value(name)),
      [8192, 4152, 70_000, 12, 9, 2, 1.5, 1, 1],
    )
    const mode = { db: '/data/app.db', mode: 'PASSIVE' }
    assert.equal(value('litestream_checkpoint_count', mode), 5)
    assert.equal(value('litestream_checkpoint_error_count', mode), 2)
    assert.equal(value('litestream_checkpoint_seconds', mode), 0.25)
    assert.equal(value('litestream_checkpoint_error_count', { mode: 'TRUNCATE' }), undefined)
    const files = ['eligible', 'not_compacted', 'too_recent'].map((name) =>
      value('litestream_l0_retention_files_total', { db: 'app.db', status: name }),
    )
    assert.deepEqual(files, [3, 2, 1])
  }
})

test('DatabaseMetrics: a database is stopped and started again → its counters go on', async () => {
  const registry = new Registry()
  const metrics = new DatabaseMetrics(registry)
  metrics.update([databaseStatus({ counts: { ...NO_COUNTS, captures: 4, walBytes: 10 } })])
  metrics.update([])
  metrics.update([databaseStatus({ counts: { ...NO_COUNTS, captures: 1 } })])
  const samples = await samplesOf(registry)
  const valueOf = (name: string): number | undefined => samples.find((each) => each.name === name)?.value
  assert.deepEqual([valueOf('litestream_sync_count'), valueOf('litestream_total_wal_bytes')], [5, 10])
})

test('DatabaseMetrics: a database is removed → its series go', async () => {
  const registry = new Registry()
  const metrics = new DatabaseMetrics(registry)
  metrics.update([databaseStatus(), databaseStatus({ path: '/data/b.db' })])
  metrics.update([databaseStatus({ path: '/data/b.db' })])
  const paths = new Set((await samplesOf(registry)).map(({ labels }) => labels['db']))
  assert.deepEqual([...paths], ['/data/b.db'])
})
