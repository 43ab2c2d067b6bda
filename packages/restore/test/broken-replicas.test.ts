import assert from 'node:assert/strict'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { SeededRandom } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { truncated, withBitFlipped } from '@ltx/format/testing'
import { test } from 'vitest'
import { fileLabel, isRestoreError, restore } from '../src/index.ts'
import { type History, randomHistory } from './history.ts'
import { contentOf, instantEnv } from './instant-env.ts'
import { replayable, SEED } from './seed.ts'

const OUTPUT = '/out/app.db'
const TRANSACTIONS = 24

/** Restores a transaction: the model's bytes, or a refusal that leaves nothing behind. Never other bytes. */
async function outcome(history: History, txid: number): Promise<'restored' | 'replaced' | 'refused'> {
  const env = instantEnv()
  const client = memoryClient({ storage: history.storage })
  const target = { kind: 'txid', txid: toTxid(BigInt(txid)) } as const
  try {
    const result = await restore({ client, env, outputPath: OUTPUT, target })
    assert.deepEqual(await contentOf(env, OUTPUT), history.states[txid], `transaction ${txid}`)
    return result.replaced.length > 0 ? 'replaced' : 'restored'
  } catch (error) {
    if (!isRestoreError(error, 'RESTORE_CORRUPT')) throw error
    assert.deepEqual(await env.files.list('/out'), [])
    return 'refused'
  }
}

test('restore: one bit flipped in each file of each level → the right bytes from other files, or RESTORE_CORRUPT', async () => {
  await replayable(SEED, async () => {
    const random = new SeededRandom(SEED)
    const counts = { restored: 0, replaced: 0, refused: 0 }
    const options = { seed: SEED, pageSize: 512, pagesMax: 12, transactions: TRANSACTIONS }
    for (const key of randomHistory(options).files) {
      const history = randomHistory(options)
      const { storage } = history
      const bytes = storage.get(key) ?? new Uint8Array(0)
      const damaged = withBitFlipped(bytes, random.below(bytes.length), random.below(8))
      storage.put(key, damaged, Number(key.maxTXID) * 1000)
      counts[await outcome(history, Number(key.maxTXID))]++
      counts[await outcome(history, TRANSACTIONS)]++
    }
    assert.ok(counts.restored > 5 && counts.replaced > 5, JSON.stringify(counts))
  })
})

test('restore: a bit of each byte of the only file → RESTORE_CORRUPT, but for the few that change no page', async () => {
  const history = randomHistory({ seed: 5, pageSize: 512, pagesMax: 2, transactions: 1 })
  const { storage } = history
  const key = { level: 0, minTXID: toTxid(1n), maxTXID: toTxid(1n) }
  const bytes = storage.get(key) ?? new Uint8Array(0)
  for (const path of storage.paths()) storage.objects.delete(path)
  let refused = 0
  for (let offset = 0; offset < bytes.length; offset++) {
    storage.put(key, withBitFlipped(bytes, offset, offset % 8), 1000)
    if ((await outcome(history, 1)) === 'refused') refused++
  }
  assert.ok(refused > bytes.length * 0.9, `${refused} of ${bytes.length} flips were noticed`)
})

test('restore: every truncation of the newest file → RESTORE_CORRUPT, and the file is named', async () => {
  const history = randomHistory({ seed: 6, pageSize: 512, pagesMax: 2, transactions: 2 })
  const { storage } = history
  const key = { level: 0, minTXID: toTxid(2n), maxTXID: toTxid(2n) }
  for (const path of storage.paths()) if (!path.startsWith('ltx/0/')) storage.objects.delete(path)
  const bytes = storage.get(key) ?? new Uint8Array(0)
  for (let length = 0; length < bytes.length; length++) {
    storage.put(key, truncated(bytes, length), 2000)
    const env = instantEnv()
    await assert.rejects(restore({ client: memoryClient({ storage }), env, outputPath: OUTPUT }), (error) => {
      assert.ok(isRestoreError(error, 'RESTORE_CORRUPT'), String(error))
      assert.ok(error.message.includes(fileLabel(key)))
      assert.equal(error.below, 1n)
      return true
    })
  }
})

test('restore: a file is stored shorter than it is listed → its sources instead, and it is reported', async () => {
  const { storage, states, files } = randomHistory({ seed: 7, pageSize: 512, pagesMax: 8, transactions: 6 })
  const key = files.find((file) => file.level === 1)
  assert.ok(key !== undefined)
  for (const path of storage.paths()) if (!/^ltx\/[01]\//u.test(path)) storage.objects.delete(path)
  const short = truncated(storage.get(key) ?? new Uint8Array(0), 200)
  const client = memoryClient({ storage })
  const readFile = client.readFile.bind(client)
  client.readFile = (file, options) =>
    fileLabel(file) === fileLabel(key)
      ? streamOf(short.slice(options?.start, options?.end))
      : readFile(file, options)
  const env = instantEnv()
  const result = await restore({
    client,
    env,
    outputPath: OUTPUT,
    target: { kind: 'txid', txid: key.maxTXID },
  })
  assert.deepEqual(result.replaced.map(fileLabel), [fileLabel(key)])
  assert.deepEqual(await contentOf(env, OUTPUT), states[Number(key.maxTXID)])
})

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes
}

test('restore: a bad connection that breaks, fails, delays and truncates → the right bytes all the same', async () => {
  await replayable(SEED, async () => {
    const history = randomHistory({ seed: SEED, pageSize: 4096, pagesMax: 60, transactions: 20 })
    let injected = 0
    for (let round = 0; round < 80; round++) {
      const env = instantEnv(SEED + round)
      const rates = { breakOff: 0.2, truncate: 0.2, delayMsMax: 50 }
      const client = withFaults(memoryClient({ storage: history.storage }), env, { rates })
      const listing = memoryClient({ storage: history.storage })
      client.listFiles = (level, options) => listing.listFiles(level, options) // nobody could notice a listing cut short
      const txid = 1 + (round % 20)
      await restore({ client, env, outputPath: OUTPUT, target: { kind: 'txid', txid: toTxid(BigInt(txid)) } })
      assert.deepEqual(await contentOf(env, OUTPUT), history.states[txid], `round ${round}`)
      injected += client.injected.filter(
        (fault) => fault.startsWith('readFile') && !fault.endsWith('delay'),
      ).length
    }
    assert.ok(injected > 20, `${injected} faults were injected`)
  })
})
