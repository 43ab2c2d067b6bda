import assert from 'node:assert/strict'
import type { FileInfo } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { listReplica } from '@ltx/restore'
import { test } from 'vitest'
import { checkLevels } from './check-levels.ts'

const { signal } = new AbortController()
/** Does not wait. */
const clock = { ...nodeEnv().clock, sleep: () => Promise.resolve() }

async function replicaOf(files: readonly (readonly [level: number, min: bigint, max: bigint])[]) {
  const client = memoryClient()
  for (const [level, min, max] of files) {
    const pages = [{ pageNumber: 1, data: new Uint8Array(512) }]
    const bytes = encodeFileSpec({
      pageSize: 512,
      commit: 1,
      minTXID: min,
      maxTXID: max,
      timestampMs: 1,
      pages,
    })
    const file = { level, minTXID: toTxid(min), maxTXID: toTxid(max) }
    await client.writeFile(file, async function* () {
      yield bytes
    })
  }
  return client
}

test('checkLevels: levels that continue, snapshots that do not → how many there are', async () => {
  const client = await replicaOf([
    [0, 3n, 3n],
    [0, 4n, 4n],
    [1, 1n, 2n],
    [9, 1n, 1n],
    [9, 1n, 4n],
  ])
  const listing = await listReplica(client)
  assert.equal(await checkLevels(client, listing, clock, signal), '5 files at level 0, 1, 9, without a hole')
})

test('checkLevels: a hole, an overlap → both are named', async () => {
  const client = await replicaOf([
    [0, 1n, 1n],
    [0, 3n, 3n],
    [1, 1n, 3n],
    [1, 2n, 4n],
  ])
  await assert.rejects(
    checkLevels(client, await listReplica(client), clock, signal),
    /^Error: transactions are missing between 0{15}1 and 0\/0{15}3-0{15}3.ltx; transactions are there twice after 0{15}3 and 1\/0{15}2-0{15}4.ltx$/,
  )
})

test('checkLevels: a hole in the first listing only, as while old files are deleted → none', async () => {
  const client = await replicaOf([
    [0, 1n, 1n],
    [0, 3n, 3n],
  ])
  const listing = await listReplica(client)
  const [first] = listing.get(0) as [FileInfo]
  await client.deleteFiles([first])
  assert.match(await checkLevels(client, listing, clock, signal), /without a hole/)
})
