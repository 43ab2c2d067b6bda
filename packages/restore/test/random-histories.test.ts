import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { SeededRandom } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { isRestoreError, listReplica, restorableTxids, restore } from '../src/index.ts'
import { MS_PER_TRANSACTION, randomHistory } from './history.ts'
import { contentOf, instantEnv } from './instant-env.ts'
import { replayable, SEED } from './seed.ts'

const OUTPUT = '/out/app.db'

for (const [pageSize, pagesMax, transactions] of [
  [512, 300, 40],
  [1024, 40, 60],
  [4096, 60, 40],
  [16_384, 12, 25],
  [65_536, 60, 12],
] as const) {
  test(`restore: a random history of ${pageSize}-byte pages, every TXID and every moment → the model's bytes`, async () => {
    await replayable(SEED, async () => {
      const { storage, states } = randomHistory({ seed: SEED, pageSize, pagesMax, transactions })
      const client = memoryClient({ storage })
      for (let txid = 1; txid <= transactions; txid++) {
        const env = instantEnv(SEED)
        const target = { kind: 'txid', txid: toTxid(BigInt(txid)) } as const
        const result = await restore({ client, env, outputPath: OUTPUT, target })
        assert.deepEqual(await contentOf(env, OUTPUT), states[txid], `transaction ${txid}`)
        assert.equal(result.timestampMs, txid * MS_PER_TRANSACTION)
        assert.equal(result.bytes, states[txid]?.length)
        const before = { kind: 'timestamp', timestampMs: txid * MS_PER_TRANSACTION + 1 } as const
        assert.equal(
          (await restore({ client, env, outputPath: OUTPUT, target: before, force: true })).txid,
          BigInt(txid),
        )
        assert.deepEqual(await contentOf(env, OUTPUT), states[txid], `the moment after transaction ${txid}`)
      }
    })
  })
}

test('restore: random files are gone, every TXID → the same bytes, or an error exactly where no chain is left', async () => {
  await replayable(SEED, async () => {
    const random = new SeededRandom(SEED)
    const outcomes = { restored: 0, refused: 0 }
    for (let round = 0; round < 12; round++) {
      const options = { seed: SEED + round, pageSize: 512, pagesMax: 20, transactions: 24 }
      const { storage, states, files } = randomHistory(options)
      const client = memoryClient({ storage })
      await client.deleteFiles(files.filter(() => random.below(3) === 0))
      const left = [...(await listReplica(client)).values()].flat()
      const restorable = new Set<bigint>(restorableTxids(left))
      for (let txid = 1n; txid <= 24n; txid++) {
        const env = instantEnv()
        const restoring = restore({
          client,
          env,
          outputPath: OUTPUT,
          target: { kind: 'txid', txid: toTxid(txid) },
        })
        if (restorable.has(txid)) {
          await restoring
          assert.deepEqual(
            await contentOf(env, OUTPUT),
            states[Number(txid)],
            `round ${round}, transaction ${txid}`,
          )
          outcomes.restored++
        } else {
          await assert.rejects(
            restoring,
            (error) => isRestoreError(error) && /GAP|NOT_AVAILABLE|NOTHING/u.test(error.code),
          )
          outcomes.refused++
        }
      }
    }
    assert.ok(outcomes.restored > 20 && outcomes.refused > 20, JSON.stringify(outcomes))
  })
})
