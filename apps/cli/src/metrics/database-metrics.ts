import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatabaseStatus } from '@ltx/replicator'
import { Counter, Gauge, type Registry } from 'prom-client'
import { KeptCounts } from './kept-counts.ts'

type Kind = 'counter' | 'gauge'

/** Litestream's metrics with one label, `db`: the name, the kind, what it says, and where the value is. */
const BY_DATABASE: readonly (readonly [
  name: string,
  kind: Kind,
  help: string,
  read: (status: DatabaseStatus) => number,
])[] = [
  ['litestream_db_size', 'gauge', 'Size of the database, in bytes', databaseBytes],
  [
    'litestream_wal_size',
    'gauge',
    'Where in the WAL the last copied change ends',
    ({ counts }) => counts.walOffset,
  ],
  ['litestream_total_wal_bytes', 'counter', 'WAL bytes made into LTX files', ({ counts }) => counts.walBytes],
  ['litestream_txid', 'gauge', 'Newest local transaction', ({ txid }) => Number(txid ?? 0n)],
  ['litestream_sync_count', 'counter', 'Looks for changes', ({ counts }) => counts.captures],
  ['litestream_sync_error_count', 'counter', 'Those that failed', ({ counts }) => counts.failedCaptures],
  ['litestream_sync_seconds', 'counter', 'Time spent in them', ({ counts }) => counts.captureMs / 1000],
  [
    'litestream_disk_full',
    'gauge',
    '1: the last look failed because the disk is full',
    ({ counts }) => Number(counts.isDiskFull),
  ],
  [
    'litestream_compaction_verify_error_count',
    'counter',
    'Compactions that left a broken level',
    ({ counts }) => counts.brokenLevels,
  ],
]

/** Until something changes in a database nobody has counted its pages; 0: it is not there. */
function databaseBytes({ path, counts }: DatabaseStatus): number {
  if (counts.databaseBytes > 0) return counts.databaseBytes
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

interface Series {
  readonly metric: Counter<'db'> | Gauge<'db'>
  readonly read: (status: DatabaseStatus) => number
}

/** Litestream's metrics of databases, taken from their status at each scrape. */
export class DatabaseMetrics {
  readonly #series: readonly Series[]
  readonly #checkpoints: Counter<'db' | 'mode'>
  readonly #checkpointErrors: Counter<'db' | 'mode'>
  readonly #checkpointSeconds: Counter<'db' | 'mode'>
  readonly #level0: Gauge<'db' | 'status'>
  readonly #kept = new KeptCounts()

  constructor(registry: Registry) {
    const registers = [registry]
    this.#series = BY_DATABASE.map(([name, kind, help, read]) => {
      const settings = { name, help, labelNames: ['db'] as const, registers }
      return { metric: kind === 'counter' ? new Counter(settings) : new Gauge(settings), read }
    })
    const byMode = (name: string, help: string): Counter<'db' | 'mode'> =>
      new Counter({ name, help, labelNames: ['db', 'mode'], registers })
    this.#checkpoints = byMode('litestream_checkpoint_count', 'Checkpoints')
    this.#checkpointErrors = byMode(
      'litestream_checkpoint_error_count',
      'Checkpoints that somebody was in the way of',
    )
    this.#checkpointSeconds = byMode('litestream_checkpoint_seconds', 'Time spent in checkpoints')
    this.#level0 = new Gauge({
      name: 'litestream_l0_retention_files_total',
      help: 'Level 0 files by what the last retention pass thought of them; db is the base name',
      labelNames: ['db', 'status'],
      registers,
    })
  }

  /** Databases that are no more lose their series; one that is started again goes on where it was. */
  update(found: readonly DatabaseStatus[]): void {
    const counts = this.#kept.update(found)
    const statuses = found.map((status, at) => ({ ...status, counts: counts[at] ?? status.counts }))
    for (const { metric, read } of this.#series) {
      metric.reset()
      for (const status of statuses) metric.inc({ db: status.path }, read(status))
    }
    for (const metric of [this.#checkpoints, this.#checkpointErrors, this.#checkpointSeconds, this.#level0])
      metric.reset()
    for (const status of statuses) this.#updateLabelled(status)
  }

  #updateLabelled({ path, counts }: DatabaseStatus): void {
    for (const [mode, { executed, hindered, elapsedMs }] of counts.checkpoints) {
      this.#checkpoints.inc({ db: path, mode }, executed)
      if (hindered > 0) this.#checkpointErrors.inc({ db: path, mode }, hindered)
      this.#checkpointSeconds.inc({ db: path, mode }, elapsedMs / 1000)
    }
    if (counts.level0 === null) return
    const db = basename(path)
    this.#level0.inc({ db, status: 'eligible' }, counts.level0.eligible)
    this.#level0.inc({ db, status: 'not_compacted' }, counts.level0.notCompacted)
    this.#level0.inc({ db, status: 'too_recent' }, counts.level0.tooRecent)
  }
}
