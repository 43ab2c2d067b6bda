import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { listReplica } from '@ltx/restore'
import { test } from 'vitest'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import { storeAgain } from './store-again.ts'

test('storeAgain: nothing was confirmed, something was that is gone → nothing; logged, and the database looks', async () => {
  const said: string[] = []
  const running = () => ({ lookAtReplica: (reason: string) => said.push(reason) })
  const parts = {
    databases: { running } as unknown as Pick<ManagedDatabases, 'running'>,
    env: { clock: { ...nodeEnv().clock, sleep: async () => {} } },
    logger: {
      log: (_level: string, message: string) => void said.push(message),
      with() {
        return this
      },
    },
  }
  const client = memoryClient()
  const seen = { client, listing: await listReplica(client) }
  const { signal } = new AbortController()
  assert.equal(await storeAgain('/a.db', { ...seen, confirmed: null }, parts, signal), false)
  assert.deepEqual(said, [])
  assert.equal(await storeAgain('/a.db', { ...seen, confirmed: toTxid(1n) }, parts, signal), true)
  assert.match(said[0] ?? '', /^files are gone from the replica/)
  assert.match(said[1] ?? '', /^RESTORE_NOTHING/)
})
