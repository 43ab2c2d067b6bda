import assert from 'node:assert/strict'
import { Registry } from 'prom-client'
import { test } from 'vitest'
import { samplesOf } from '../../test/samples-of.ts'
import type { RemotePlace } from '../replica/replica-place.ts'
import { RequestMetrics } from './request-metrics.ts'

const place: RemotePlace = {
  type: 's3',
  settings: { url: 's3://bucket/db', keys: {}, environment: {} },
  where: null,
}
const report = { bytesUp: 0, bytesDown: 0, durationMs: 20, failure: null }

test('RequestMetrics: requests that succeed, fail and are given up → counted as Litestream and the provider count them', async () => {
  const registry = new Registry()
  const observe = new RequestMetrics(registry).observer(place)
  observe({ ...report, kind: 'PUT', bytesUp: 1000 })
  observe({ ...report, kind: 'PUT', bytesUp: 300, failure: 'CLIENT_DENIED' })
  observe({ ...report, kind: 'GET', bytesUp: 7, bytesDown: 500, durationMs: 2000 })
  observe({ ...report, kind: 'GET', bytesDown: 50, failure: 'ABORTED' })
  observe({ ...report, kind: 'HEAD' })
  observe({ ...report, kind: 'LIST' })
  const samples = await samplesOf(registry)
  const values = (name: string): Record<string, number> =>
    Object.fromEntries(
      samples.filter((each) => each.name === name).map(({ labels, value }) => [labels['operation'], value]),
    )
  assert.deepEqual(values('litestream_replica_operation_total'), { PUT: 1, GET: 1, LIST: 1 })
  assert.deepEqual(values('litestream_replica_operation_bytes'), { PUT: 1000, GET: 500 })
  assert.deepEqual(values('litestream_replica_operation_duration_seconds_count'), { PUT: 2, GET: 2, LIST: 1 })
  assert.deepEqual(values('litestream_replica_operation_errors_total'), { PUT: 1 })
  assert.deepEqual(values('ltx_replica_requests_total'), { PUT: 2, GET: 2, HEAD: 1, LIST: 1 })
  const error = samples.find(({ name }) => name === 'litestream_replica_operation_errors_total')
  assert.deepEqual(error?.labels, { replica_type: 's3', operation: 'PUT', code: 'CLIENT_DENIED' })
})

test('RequestMetrics: requests of two replicas at two providers → bytes by direction, and an estimate in dollars', async () => {
  const registry = new Registry()
  const metrics = new RequestMetrics(registry)
  const aws = metrics.observer(place)
  const mine = metrics.observer({
    ...place,
    settings: { ...place.settings, url: 's3://b.localhost:9000/db' },
  })
  for (let count = 0; count < 1000; count++) aws({ ...report, kind: 'PUT', bytesUp: 10 })
  mine({ ...report, kind: 'PUT', bytesUp: 5, bytesDown: 3 })
  const samples = await samplesOf(registry)
  const byProvider = (name: string): [unknown, unknown, number][] =>
    samples
      .filter((each) => each.name === name)
      .map(({ labels, value }) => [labels['provider'], labels['direction'], Math.round(value * 1e6) / 1e6])
  assert.deepEqual(byProvider('ltx_replica_request_cost_dollars_total'), [
    ['aws', undefined, 0.005],
    ['other', undefined, 0],
  ])
  assert.deepEqual(byProvider('ltx_replica_request_bytes_total'), [
    ['aws', 'sent', 10_000],
    ['other', 'sent', 5],
    ['other', 'received', 3],
  ])
})
