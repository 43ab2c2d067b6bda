import assert from 'node:assert/strict'
import { test } from 'vitest'
import { silentEnv } from '../../../test/silent-env.ts'
import { collectFiles } from '../collect-files.ts'
import { assertSameBytes, failureOf, fileBytes, key, readAll, sourceOf } from '../conformance/material.ts'
import { isClientError } from '../errors.ts'
import { memoryClient, type MemoryClient } from '../memory/memory-client.ts'
import type { Fault, FaultedCall } from './fault-plan.ts'
import { withFaults, type FaultyClient } from './with-faults.ts'

const file = key(0, 1n)
const bytes = fileBytes(file, { size: 150_000 })

function first(call: FaultedCall, fault: Fault): { inner: MemoryClient; client: FaultyClient } {
  const inner = memoryClient()
  return { inner, client: withFaults(inner, silentEnv(), { rules: [{ call, nth: 1, fault }] }) }
}

test('withFaults: fail → nothing was done, the code is the one asked for, the next call works', async () => {
  const { inner, client } = first('writeFile', { kind: 'fail', code: 'CLIENT_FULL' })
  assert.ok(isClientError(await failureOf(client.writeFile(file, sourceOf(bytes))), 'CLIENT_FULL'))
  assert.equal(inner.storage.objects.size, 0)
  await client.writeFile(file, sourceOf(bytes))
  assert.equal(inner.storage.objects.size, 1)
  assert.deepEqual(client.injected, ['writeFile 1: fail'])
})

test('withFaults: lose-reply → it was done, and failed', async () => {
  const { inner, client } = first('writeFile', { kind: 'lose-reply' })
  assert.ok(isClientError(await failureOf(client.writeFile(file, sourceOf(bytes))), 'CLIENT_UNREACHABLE'))
  assert.equal(inner.storage.objects.size, 1)
})

test('withFaults: a write that fails after some bytes → nothing stored', async () => {
  const { inner, client } = first('writeFile', { kind: 'fail', after: 1000 })
  assert.ok(isClientError(await failureOf(client.writeFile(file, sourceOf(bytes))), 'CLIENT_UNREACHABLE'))
  assert.equal(inner.storage.objects.size, 0)
})

for (const kind of ['fail', 'truncate'] as const) {
  for (const after of [0, 1, 65_536, 65_537, 149_999]) {
    test(`withFaults: a body, ${kind} after ${after} bytes → exactly these`, async () => {
      const { inner, client } = first('readFile', { kind, after })
      await inner.writeFile(file, sourceOf(bytes))
      const parts: Uint8Array[] = []
      const read = async (): Promise<void> => {
        for await (const chunk of client.readFile(file)) parts.push(chunk)
      }
      const failure = await read().catch((error: unknown) => error)
      assert.equal(isClientError(failure, 'CLIENT_UNREACHABLE'), kind === 'fail')
      const delivered = new Uint8Array(parts.flatMap((part) => [...part]))
      assertSameBytes(delivered, bytes.subarray(0, after), 'what came')
    })
  }
}

test('withFaults: a listing that fails after one file → that file, then the failure', async () => {
  const { inner, client } = first('listFiles', { kind: 'fail', after: 1 })
  for (const txid of [1n, 2n]) await inner.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid))))
  const seen: bigint[] = []
  const list = async (): Promise<void> => {
    for await (const { minTXID } of client.listFiles(0)) seen.push(minTXID)
  }
  assert.ok(isClientError(await failureOf(list()), 'CLIENT_UNREACHABLE'))
  assert.deepEqual(seen, [1n])
  assert.equal((await collectFiles(client.listFiles(0))).length, 2)
})

test('withFaults: delay → the clock waits, and the call succeeds; the signal cuts it short', async () => {
  const env = silentEnv()
  const inner = memoryClient()
  const client = withFaults(inner, env, { rates: { delayMsMax: 100 } })
  await client.writeFile(file, sourceOf(bytes))
  assert.equal(env.slept.length, 1)
  const controller = new AbortController()
  const read = readAll(client.readFile(file, { signal: controller.signal }))
  controller.abort('stop')
  assert.equal(await failureOf(read), 'stop')
})

test('withFaults: another plan → from the next call on', async () => {
  const { client } = first('init', { kind: 'fail' })
  client.setPlan({ rates: { fail: 1 } })
  assert.ok(isClientError(await failureOf(client.deleteAll())))
  client.setPlan({})
  await client.deleteAll()
  assert.equal(client.calls.deleteAll, 2)
})
