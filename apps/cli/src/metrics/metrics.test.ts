import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'vitest'
import { databaseStatus } from '../../test/database-status.ts'
import { testIo } from '../../test/test-io.ts'
import { parseConfig } from '../config/load-config.ts'
import { PRICES } from './request-price.ts'
import { parseKinds, parseSamples } from '../../test/samples-of.ts'
import { HealthMonitor } from '../health/health-monitor.ts'
import { Metrics } from './metrics.ts'

const monitor = new HealthMonitor({ statuses: () => [], lagMsMax: 60_000, nowMs: () => 0 })

/** Names and kinds that Litestream 0.5's dashboard and alerts rely on. */
const LITESTREAM = {
  litestream_db_size: 'gauge',
  litestream_wal_size: 'gauge',
  litestream_total_wal_bytes: 'counter',
  litestream_txid: 'gauge',
  litestream_sync_count: 'counter',
  litestream_sync_error_count: 'counter',
  litestream_sync_seconds: 'counter',
  litestream_disk_full: 'gauge',
  litestream_checkpoint_count: 'counter',
  litestream_checkpoint_error_count: 'counter',
  litestream_checkpoint_seconds: 'counter',
  litestream_compaction_verify_error_count: 'counter',
  litestream_l0_retention_files_total: 'gauge',
  litestream_replica_operation_total: 'counter',
  litestream_replica_operation_bytes: 'counter',
  litestream_replica_operation_duration_seconds: 'histogram',
  litestream_replica_operation_errors_total: 'counter',
  promhttp_metric_handler_requests_total: 'counter',
  promhttp_metric_handler_requests_in_flight: 'gauge',
  process_cpu_seconds_total: 'counter',
  process_resident_memory_bytes: 'gauge',
  process_start_time_seconds: 'gauge',
  process_open_fds: 'gauge',
} as const

test('Metrics: a scrape → every name of Litestream with its kind, and the process', async () => {
  const metrics = new Metrics({ version: '1.2.3', monitor, statuses: () => [databaseStatus()] })
  const text = await metrics.scrape()
  const kinds = parseKinds(text)
  const absent = process.platform === 'linux' ? [] : ['process_open_fds']
  for (const [name, kind] of Object.entries(LITESTREAM)) {
    if (!absent.includes(name)) assert.equal(kinds.get(name), kind, name)
  }
  const lags = [...kinds.keys()].filter((name) => name.startsWith('nodejs_eventloop_lag'))
  assert.deepEqual(lags, ['nodejs_eventloop_lag_seconds']) // the others would show the pause between samples
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/)
  assert.match(text, /^ltx_build_info\{version="1\.2\.3"\} 1$/m)
})

test('Metrics: scrapes that succeed and fail → counted by code, none under way afterwards', async () => {
  let isBroken = false
  const metrics = new Metrics({
    version: '1',
    monitor,
    statuses: () => {
      if (isBroken) throw new Error('closed')
      return []
    },
  })
  await metrics.scrape()
  isBroken = true
  await assert.rejects(metrics.scrape(), /closed/)
  isBroken = false
  const samples = parseSamples(await metrics.scrape()).filter(({ name }) => name.startsWith('promhttp'))
  assert.deepEqual(
    samples.map(({ labels, value }) => [labels['code'], value]),
    [
      ['200', 1],
      ['500', 1],
      ['503', 0],
      [undefined, 1], // this one
    ],
  )
})

test('docs/monitoring.md: its table → exactly our metrics, with their types and labels, and its prices and settings are the real ones', async () => {
  const text = await readFile(new URL('../../../../docs/monitoring.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `((?:litestream|ltx)_\w+)` +\| (\w+)/gm)]
  const documented = new Map(rows.map(([, name = '', kind = '']) => [name, kind]))
  const metrics = new Metrics({ version: '1', monitor, statuses: () => [] })
  const ours = [...parseKinds(await metrics.scrape())].filter(([name]) => /^(?:litestream|ltx)_/.test(name))
  assert.deepEqual(documented, new Map(ours))
  const [, yaml = ''] = /^```yaml\n(# litestream\.yml\n.*?)^```$/ms.exec(text) ?? []
  assert.deepEqual(parseConfig(yaml, 'litestream.yml', testIo().io).warnings, [])
  const prices = [...text.matchAll(/^\| `(\w+)` +\| ([\d.]+) +\| ([\d.]+) +\| ([\d.]+)/gm)]
  assert.deepEqual(
    Object.fromEntries(
      prices.map(([, provider = '', put, list, get]) => [provider, [put, list, get].map(Number)]),
    ),
    Object.fromEntries(
      Object.entries(PRICES).map(([provider, { PUT, LIST, GET }]) => [provider, [PUT, LIST, GET]]),
    ),
  )
})
