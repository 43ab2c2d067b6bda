import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test, vi } from 'vitest'
import { fileSource, LocalPort } from './local-port.ts'

async function world(): Promise<{ env: ReturnType<typeof simEnv>; port: LocalPort }> {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/m/ltx/0')
  return { env, port: new LocalPort(env.files, '/m') }
}

function put(env: ReturnType<typeof simEnv>, path: string, bytes: Uint8Array): void {
  using handle = env.blockingFiles.open(path, 'create')
  handle.write(bytes, 0)
}

test('LocalPort: listed → ascending, with sizes; strangers left out; no folder → nothing', async () => {
  const { env, port } = await world()
  put(env, port.path(toTxid(11n)), new Uint8Array(5))
  put(env, port.path(toTxid(2n)), new Uint8Array(7))
  put(env, '/m/ltx/0/notes.txt', new Uint8Array(1))
  assert.deepEqual(await port.list(), [
    { txid: 2n, bytes: 7 },
    { txid: 11n, bytes: 5 },
  ])
  assert.deepEqual(await new LocalPort(env.files, '/none').list(), [])
})

test('LocalPort: listed after a TXID → only what is past it is looked at', async () => {
  const { env, port } = await world()
  for (const txid of [2n, 3n, 4n]) put(env, port.path(toTxid(txid)), new Uint8Array(7))
  const stat = vi.spyOn(env.files, 'stat')
  assert.deepEqual(await port.list(toTxid(3n)), [{ txid: 4n, bytes: 7 }])
  assert.deepEqual(stat.mock.calls, [[port.path(toTxid(4n))]])
})

test('LocalPort: the end of a file → that many bytes; a shorter file → all of it; none → ENOENT', async () => {
  const { env, port } = await world()
  put(env, port.path(toTxid(1n)), new Uint8Array([1, 2, 3, 4]))
  assert.deepEqual([...(await port.readEnd(toTxid(1n), 2))], [3, 4])
  assert.deepEqual([...(await port.readEnd(toTxid(1n), 9))], [1, 2, 3, 4])
  await assert.rejects(port.readEnd(toTxid(2n), 2), { code: 'ENOENT' })
})

function one(txid: bigint, storedChecksum?: bigint): Parameters<LocalPort['wrote']>[0][number] {
  return { txid: toTxid(txid), ...(storedChecksum === undefined ? {} : { storedChecksum }) }
}

test('LocalPort: what was written → known until it is uploaded, or written again by somebody who does not say', async () => {
  const { port } = await world()
  port.wrote([one(1n, 10n), one(2n, 20n), one(3n, 30n)])
  port.wrote([one(2n), one(3n, 33n)])
  const known = (): (bigint | null)[] => [1n, 2n, 3n].map((txid) => port.writtenChecksum(toTxid(txid)))
  assert.deepEqual(known(), [10n, null, 33n])
  await port.list(null)
  assert.deepEqual(known(), [10n, null, 33n])
  await port.list(toTxid(2n))
  assert.deepEqual(known(), [null, null, 33n])
})

test('LocalPort: thousands that are not uploaded → the newest are known, the others forgotten', async () => {
  const { port } = await world()
  for (let txid = 1n; txid <= 10_000n; txid++) port.wrote([{ txid: toTxid(txid), storedChecksum: txid }])
  assert.deepEqual(
    [1n, 5000n, 9000n, 10_000n].map((txid) => port.writtenChecksum(toTxid(txid))),
    [null, null, 9000n, 10_000n],
  )
})

test('fileSource: left in the middle, or its reading fails → the file is closed, the failure told once', async () => {
  const { env } = await world()
  put(env, '/m/big', new Uint8Array(5_000_000))
  const source = fileSource(env.files, '/m/big')
  for await (const part of source()) {
    assert.equal(part.length, 1024 * 1024)
    break
  }
  let parts = 0
  await assert.rejects(
    async () => {
      for await (const _ of source()) {
        if (++parts === 1) env.files.failNext('read', 'EIO')
        await Promise.resolve()
      }
    },
    { code: 'EIO' },
  )
})

test('fileSource: a file larger than one read → whole, as often as it is opened', async () => {
  const { env } = await world()
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => index % 251)
  put(env, '/m/big', bytes)
  const source = fileSource(env.files, '/m/big')
  for (let round = 0; round < 2; round++) {
    const parts: Uint8Array[] = []
    for await (const part of source()) parts.push(part.slice())
    assert.deepEqual(Buffer.concat(parts), Buffer.from(bytes))
  }
})
