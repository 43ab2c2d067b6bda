import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { refuseOtherFiles } from './refuse-other-files.ts'

function refusing(local: readonly bigint[], lastTXID: bigint | null): void {
  const list = () => local.map((txid) => ({ txid: toTxid(txid), path: `/d/${txid}` }))
  refuseOtherFiles('/d/app.db', { list }, lastTXID === null ? null : toTxid(lastTXID))
}

test('refuseOtherFiles: local files end where they were left → fine', () => {
  assert.doesNotThrow(() => refusing([5n, 6n, 7n], 7n))
  assert.doesNotThrow(() => refusing([], null))
})

for (const [local, lastTXID] of [
  [[6n, 7n, 8n], 7n],
  [[5n, 6n], 7n],
  [[], 7n],
  [[1n], null],
] as const) {
  test(`refuseOtherFiles: local files end at ${local.at(-1)}, they were left at ${lastTXID} → REPLICATOR_LOCAL_STATE`, () => {
    assert.throws(() => refusing(local, lastTXID), { code: 'REPLICATOR_LOCAL_STATE' })
  })
}
