import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentEnv } from '../../test/silent-env.ts'
import { collectFiles } from './collect-files.ts'
import { assertSameBytes, failureOf, fileBytes, key, readAll, sourceOf } from './conformance/material.ts'
import { isClientError } from './errors.ts'
import type { FaultRule } from './faults/fault-plan.ts'
import { withFaults, type FaultyClient } from './faults/with-faults.ts'
import type { LegacyFiles } from './legacy-files.ts'
import { memoryClient, type MemoryClient } from './memory/memory-client.ts'
import type { ReplicaClient } from './replica-client.ts'
import { withRetry } from './with-retry.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, { size: 200_000 })

function scene(...rules: readonly FaultRule[]): {
  inner: MemoryClient
  faulty: FaultyClient
  client: ReplicaClient
} {
  const env = silentEnv()
  const inner = memoryClient({ pageSize: 2 })
  const faulty = withFaults(inner, env, { rules })
  return { inner, faulty, client: withRetry(faulty, env) }
}

async function fill(inner: MemoryClient, count: number): Promise<bigint[]> {
  const txids = Array.from({ length: count }, (_, index) => BigInt(index + 1))
  for (const txid of txids) await inner.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid))))
  return txids
}

test('withRetry: a write that fails and one broken off → the source is opened again, stored whole', async () => {
  const { inner, faulty, client } = scene(
    { call: 'writeFile', nth: 1, fault: { kind: 'fail' } },
    { call: 'writeFile', nth: 2, fault: { kind: 'fail', after: 70_000 } },
  )
  let opened = 0
  const written = await client.writeFile(file, () => {
    opened++
    return sourceOf(bytes)()
  })
  assert.equal(written.size, bytes.length)
  assertSameBytes(inner.storage.get(file) ?? new Uint8Array(0), bytes, 'what was stored')
  assert.deepEqual([opened, faulty.calls.writeFile], [2, 3])
})

test('withRetry: the reply to a write is lost → the retry finds its own bytes and succeeds', async () => {
  const { faulty, client } = scene({ call: 'writeFile', nth: 1, fault: { kind: 'lose-reply' } })
  const written = await client.writeFile(file, sourceOf(bytes))
  assert.equal(written.size, bytes.length)
  assert.equal(faulty.calls.writeFile, 2)
})

test('withRetry: the reply is lost, and the name was taken by another → CLIENT_EXISTS', async () => {
  const { inner, client } = scene({ call: 'writeFile', nth: 1, fault: { kind: 'fail' } })
  await inner.writeFile(file, sourceOf(fileBytes(file, { fill: 7 })))
  assert.ok(isClientError(await failureOf(client.writeFile(file, sourceOf(bytes))), 'CLIENT_EXISTS'))
})

test('withRetry: a listing that breaks off again and again → every file once, in order', async () => {
  const { inner, client } = scene(
    { call: 'listFiles', nth: 1, fault: { kind: 'fail' } },
    { call: 'listFiles', nth: 2, fault: { kind: 'fail', after: 3 } },
    { call: 'listFiles', nth: 3, fault: { kind: 'fail', after: 1 } },
    { call: 'listFiles', nth: 4, fault: { kind: 'fail', after: 4 } },
  )
  const txids = await fill(inner, 9)
  assert.deepEqual(
    (await collectFiles(client.listFiles(0))).map(({ minTXID }) => minTXID),
    txids,
  )
})

test('withRetry: files with the same minTXID around the break → none twice, none lost', async () => {
  for (let after = 1; after <= 4; after++) {
    const { inner, client } = scene({ call: 'listFiles', nth: 1, fault: { kind: 'fail', after } })
    for (const max of [1n, 2n, 3n, 4n]) {
      await inner.writeFile(key(1, 1n, max), sourceOf(fileBytes(key(1, 1n, max))))
    }
    const listed = await collectFiles(client.listFiles(1))
    assert.deepEqual(
      listed.map(({ maxTXID }) => maxTXID),
      [1n, 2n, 3n, 4n],
      `broken off after ${after}`,
    )
  }
})

test('withRetry: a read that breaks off → goes on at its offset', async () => {
  const { inner, client } = scene(
    { call: 'readFile', nth: 1, fault: { kind: 'fail', after: 100_001 } },
    { call: 'readFile', nth: 2, fault: { kind: 'fail' } },
  )
  await inner.writeFile(file, sourceOf(bytes))
  assertSameBytes(await readAll(client.readFile(file)), bytes, 'the file')
})

test('withRetry: deletes whose replies are lost → done in the end', async () => {
  const { inner, client } = scene(
    { call: 'deleteFiles', nth: 1, fault: { kind: 'lose-reply' } },
    { call: 'deleteAll', nth: 1, fault: { kind: 'lose-reply' } },
    { call: 'init', nth: 1, fault: { kind: 'fail' } },
  )
  await fill(inner, 3)
  await client.init()
  await client.deleteFiles([file])
  assert.equal(inner.storage.objects.size, 2)
  await client.deleteAll()
  assert.equal(inner.storage.objects.size, 0)
})

test('withRetry: a failure with advice give-up → comes out at once', async () => {
  const { inner, faulty, client } = scene()
  inner.storage.failNext(403)
  assert.ok(isClientError(await failureOf(collectFiles(client.listFiles(0))), 'CLIENT_DENIED'))
  assert.equal(faulty.calls.listFiles, 1)
})

test('withRetry: never a success → as many calls as allowed, then the failure', async () => {
  const { inner, faulty } = scene()
  faulty.setPlan({ rates: { fail: 1 } })
  const client = withRetry(faulty, silentEnv(), { retriesMax: 2 })
  assert.ok(isClientError(await failureOf(client.writeFile(file, sourceOf(bytes))), 'CLIENT_UNREACHABLE'))
  assert.equal(faulty.calls.writeFile, 3)
  assert.equal(inner.storage.objects.size, 0)
})

const FIRST_SEED = Number(process.env['LTX_RETRY_SEED'] ?? 1)
const SEEDS = process.env['LTX_RETRY_SEED'] === undefined ? 30 : 1
for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
  test(`withRetry: a bad connection, LTX_RETRY_SEED=${seed} → the same as over a good one`, async () => {
    const env = silentEnv(seed)
    const inner = memoryClient({ pageSize: 3 })
    const rates = { fail: 0.2, loseReply: 0.2, breakOff: 0.3, delayMsMax: 50 }
    const faulty = withFaults(inner, env, { rates })
    const client = withRetry(faulty, env, { retriesMax: 50, deadlineMs: 3_600_000 })
    const txids = Array.from({ length: 12 }, (_, index) => BigInt(index + 1))
    for (const txid of txids) {
      await client.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid), { size: 90_000 + Number(txid) })))
    }
    await client.deleteFiles([key(0, 5n), key(0, 6n)])
    const listed = await collectFiles(client.listFiles(0))
    assert.deepEqual(
      listed.map(({ minTXID }) => minTXID),
      txids.filter((txid) => txid !== 5n && txid !== 6n),
    )
    for (const info of listed) {
      const expected = fileBytes(info, { size: 90_000 + Number(info.minTXID) })
      assertSameBytes(await readAll(client.readFile(info)), expected, `file ${info.minTXID}`)
    }
    assert.ok(faulty.injected.length > 10, 'the connection was not bad at all')
  })
}

test('withRetry: what a client has besides the contract → handed on', async () => {
  const legacy = {} as LegacyFiles
  const env = silentEnv()
  const plain = withRetry(Object.assign(memoryClient(), { legacy: undefined }), env)
  assert.deepEqual([plain.legacy, await plain.serverTimeMs?.()], [undefined, null])
  const client = Object.assign(memoryClient(), { legacy, serverTimeMs: async () => 5 })
  const wrapped = withRetry(client, env)
  assert.equal(wrapped.legacy, legacy)
  assert.equal(await wrapped.serverTimeMs?.(), 5)
})
