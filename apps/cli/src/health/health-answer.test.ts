import assert from 'node:assert/strict'
import { test } from 'vitest'
import { databaseStatus } from '../../test/database-status.ts'
import { healthAnswer } from './health-answer.ts'
import { HealthMonitor } from './health-monitor.ts'

const well = databaseStatus({ path: '/data/well.db' })
const late = databaseStatus({
  path: '/data/late.db',
  behindSinceMs: 0,
  error: new Error('cannot reach s3://user:hunter2@bucket/db'),
})
const monitor = new HealthMonitor({
  statuses: () => [],
  lagMsMax: 60_000,
  nowMs: () => 90_500,
})

test('healthAnswer: nothing wrong → 200, only counted', () => {
  assert.deepEqual(healthAnswer(monitor, [well]), {
    code: 200,
    body: '{"status":"ok","databases":1,"problems":[]}\n',
  })
})

test('healthAnswer: one is late → 503, it alone is named, and no secret', () => {
  const { code, body } = healthAnswer(monitor, [well, late])
  assert.equal(code, 503)
  assert.deepEqual(JSON.parse(body), {
    status: 'failing',
    databases: 2,
    problems: [
      {
        path: '/data/late.db',
        kind: 'error',
        reason: 'cannot reach s3://user:xxxxx@bucket/db',
        lag_seconds: 90.5,
      },
      {
        path: '/data/late.db',
        kind: 'stale',
        reason: 'commits of 1m31s are not known to be in the replica; at most 1m0s are allowed',
        lag_seconds: 90.5,
      },
    ],
  })
})
