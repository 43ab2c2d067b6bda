import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { smallFile } from '../../../test/memory-local-files.ts'
import { passTime } from '../../../test/pass-time.ts'
import { holdsFiles } from './holds-files.ts'

const never = new AbortController().signal

for (const level of [0, 9]) {
  test(`holdsFiles: a file at level ${level} → yes; an empty replica → no`, async () => {
    const client = memoryClient()
    const env = simEnv({ seed: 1 })
    assert.equal(await passTime(env.clock, holdsFiles(env, client, never)), false)
    const txid = toTxid(1n)
    await client.writeFile({ level, minTXID: txid, maxTXID: txid }, async function* bytes() {
      yield smallFile({ min: 1, max: 1 })
    })
    assert.equal(await passTime(env.clock, holdsFiles(env, client, never)), true)
  })
}

test('holdsFiles: the replica fails for a while → asked again later, until it answers', async () => {
  let failures = 5
  const memory = memoryClient()
  const client = {
    listFiles: (level: number) => {
      if (failures-- > 0) throw new ClientError('CLIENT_UNREACHABLE', 'a test')
      return memory.listFiles(level)
    },
  }
  const env = simEnv({ seed: 1 })
  assert.equal(await passTime(env.clock, holdsFiles(env, client, never)), false)
  assert.ok(env.clock.elapsedMs() > 0)
})

test('holdsFiles: nobody wants to know any more → rejects with the reason', async () => {
  const over = new AbortController()
  const client = {
    listFiles: () => {
      over.abort(new Error('over'))
      throw new ClientError('CLIENT_UNREACHABLE', 'a test')
    },
  }
  await assert.rejects(holdsFiles(simEnv({ seed: 1 }), client, over.signal), { message: 'over' })
})
