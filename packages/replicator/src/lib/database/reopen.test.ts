import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import type { OpenOutcome, StartOrder } from './follower-port.ts'
import { reopen } from './reopen.ts'

const ORDER: StartOrder = { keepLocal: true, lastTXID: toTxid(7n), newestFileMs: 0, confirmed: toTxid(7n) }

function opened(max: bigint | null): OpenOutcome {
  const local = max === null ? null : { min: toTxid(1n), max: toTxid(max) }
  return { kind: 'opened', local, switchedToWal: false, hasBaseline: true }
}

async function reopening(outcome: OpenOutcome) {
  const started: StartOrder[] = []
  const port = { open: async () => outcome, start: async (order: StartOrder) => void started.push(order) }
  return { result: reopen(port, '/d/app.db', ORDER), started }
}

test('reopen: local files are those that were left → started as ordered', async () => {
  const { result, started } = await reopening(opened(7n))
  assert.deepEqual([await result, started], ['open', [ORDER]])
})

test('reopen: the file is gone → said, not started', async () => {
  const { result, started } = await reopening({ kind: 'absent' })
  assert.deepEqual([await result, started], ['gone', []])
})

for (const max of [8n, 6n, null]) {
  test(`reopen: local files end at ${max}, not at 7 → REPLICATOR_LOCAL_STATE, not started`, async () => {
    const { result, started } = await reopening(opened(max))
    await assert.rejects(result, { code: 'REPLICATOR_LOCAL_STATE' })
    assert.deepEqual(started, [])
  })
}
