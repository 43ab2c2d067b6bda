import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { Registry } from 'prom-client'
import { test } from 'vitest'
import { databaseStatus } from '../../test/database-status.ts'
import { samplesOf } from '../../test/samples-of.ts'
import { HealthMonitor } from '../health/health-monitor.ts'
import { HealthMetrics } from './health-metrics.ts'

const monitor = new HealthMonitor({ statuses: () => [], lagMsMax: 60_000, nowMs: () => 100_000 })
monitor.verified('/tried.db', { atMs: 50_000, failure: null })
monitor.verified('/wrong.db', { atMs: 60_000, failure: 'page 7 differs' })

const rows = [
  [databaseStatus({ path: '/new.db' }), { lag: 0, healthy: 1 }],
  [databaseStatus({ path: '/absent.db', state: 'absent' }), { healthy: 1 }],
  [
    databaseStatus({
      path: '/late.db',
      behindSinceMs: 30_000,
      durableAtMs: 29_500,
      replicatedTXID: toTxid(4n),
    }),
    { lag: 70, durable: 29.5, txid: 4, healthy: 0 },
  ],
  [databaseStatus({ path: '/tried.db' }), { lag: 0, healthy: 1, verifiedAt: 50, verified: 1 }],
  [databaseStatus({ path: '/wrong.db' }), { lag: 0, healthy: 0, verified: 0 }],
] as const

const NAMES: Readonly<Record<string, string>> = {
  ltx_replication_lag_seconds: 'lag',
  ltx_last_durable_timestamp_seconds: 'durable',
  ltx_replicated_txid: 'txid',
  ltx_database_healthy: 'healthy',
  ltx_last_verified_restore_timestamp_seconds: 'verifiedAt',
  ltx_verified_restore_ok: 'verified',
}

for (const [status, expected] of rows) {
  test(`HealthMetrics: ${status.path} → ${JSON.stringify(expected)}, and nothing that is not known`, async () => {
    const registry = new Registry()
    const metrics = new HealthMetrics(registry, monitor)
    metrics.update([databaseStatus({ path: '/before.db' })])
    metrics.update([status])
    const samples = await samplesOf(registry)
    assert.ok(samples.every(({ labels }) => labels['db'] === status.path))
    assert.deepEqual(Object.fromEntries(samples.map(({ name, value }) => [NAMES[name], value])), expected)
  })
}
