import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { reportOf } from './sync-report.ts'

test('reportOf: no outcome → busy, or replaced; nothing is open → zeros', () => {
  assert.equal(reportOf(null, null, { kind: 'none' }).kind, 'busy')
  const replaced = reportOf(null, null, { kind: 'replaced' })
  assert.deepEqual([replaced.kind, replaced.walBytes, replaced.lastTXID], ['replaced', 0, null])
})

test('reportOf: a sync → TXID, sizes of WAL and database as they are', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(5, 3000)
  const report = await follower.sync()
  assert.deepEqual([report.kind, report.lastTXID, report.pageSize], ['synced', 1n, world.pageSize])
  assert.deepEqual([report.walBytes, report.databaseBytes], [world.walBytes(), world.image().length])
})
