import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { SimClock } from '@ltx/env/sim'
import { test } from 'vitest'
import { randomHistory } from '../../test/history.ts'
import { listReplica } from './list-replica.ts'

const history = (): ReturnType<typeof randomHistory> =>
  randomHistory({ seed: 3, pageSize: 512, pagesMax: 3, transactions: 9 })

test('listReplica: a replica → all ten levels, each in order', async () => {
  const { storage, files } = history()
  const listing = await listReplica(memoryClient({ storage, pageSize: 2 }))
  assert.deepEqual([...listing.keys()], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.equal([...listing.values()].flat().length, files.length)
  assert.deepEqual(
    listing.get(0)?.map((file) => file.maxTXID),
    [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n],
  )
  assert.deepEqual(listing.get(5), [])
})

test('listReplica: exact times where listings do not carry them → those of the headers', async () => {
  const clock = new SimClock(0)
  const { storage } = history()
  for (const [path, object] of storage.objects) storage.objects.set(path, { ...object, writtenAtMs: 1 })
  const client = memoryClient({ storage, clock })
  const times = async (exactTimestamps: boolean): Promise<number[] | undefined> =>
    (await listReplica(client, { exactTimestamps })).get(0)?.map((file) => file.createdAtMs)
  assert.deepEqual((await times(true))?.slice(0, 2), [1000, 2000])
  assert.deepEqual((await times(false))?.slice(0, 2), [1, 1])
})

test('listReplica: aborted → the reason itself', async () => {
  const reason = new Error('stop')
  await assert.rejects(
    listReplica(memoryClient(), { signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  )
})
