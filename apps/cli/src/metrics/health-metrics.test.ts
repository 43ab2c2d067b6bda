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
  [databaseStatus({ path: '/new.db' }), { lag: 0, healthy: 1, state: 'active' }],
  [databaseStatus({ path: '/absent.db', state: 'absent' }), { healthy: 1, state: 'waiting' }],
  [databaseStatus({ path: '/gone.db', state: 'absent', isMissing: true }), { healthy: 0, state: 'missing' }],
  [
    databaseStatus({
      path: '/late.db',
      behindSinceMs: 30_000,
      durableAtMs: 29_500,
      replicatedTXID: toTxid(4n),
    }),
    { lag: 70, durable: 29.5, txid: 4, healthy: 0, state: 'active' },
  ],
  [
    databaseStatus({ path: '/tried.db' }),
    { lag: 0, healthy: 1, verifiedAt: 50, verified: 1, state: 'active' },
  ],
  [databaseStatus({ path: '/wrong.db' }), { lag: 0, healthy: 0, verified: 0, state: 'active' }],
] as const

const NAMES: Readonly<Record<string, string>> = {
  ltx_replication_lag_seconds: 'lag',
  ltx_last_durable_timestamp_seconds: 'durable',
  ltx_replicated_txid: 'txid',
  ltx_database_healthy: 'healthy',
  ltx_last_verified_restore_timestamp_seconds: 'verifiedAt',
  ltx_verified_restore_ok: 'verified',
  ltx_database_state: 'state',
}

for (const [status, expected] of rows) {
  test(`HealthMetrics: ${status.path} → ${JSON.stringify(expected)}, and nothing that is not known`, async () => {
    const registry = new Registry()
    const metrics = new HealthMetrics(registry, monitor)
    metrics.update([databaseStatus({ path: '/before.db' })])
    metrics.update([status])
    const samples = await samplesOf(registry)
    assert.ok(samples.every(({ labels }) => labels['db'] === status.path))
    const told = samples.map(({ name, labels, value }) => [
      NAMES[name],
      name === 'ltx_database_state' && value === 1 ? labels['state'] : value,
    ])
    assert.deepEqual(Object.fromEntries(told), expected)
  })
}
