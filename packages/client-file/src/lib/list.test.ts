import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import { toTxid } from '@ltx/format'
import { simEnv } from '@ltx/env/sim'
import { listLevel, namesIn, nearestMs } from './list.ts'

const name = (txid: number): string =>
  `${String(txid).padStart(16, '0')}-${String(txid).padStart(16, '0')}.ltx`

async function withFiles(...names: readonly string[]): Promise<ReturnType<typeof simEnv>> {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/level')
  for (const each of names) {
    await using handle = await env.files.open(`/level/${each}`, 'create')
    await handle.write(Uint8Array.of(1, 2), 0)
    await handle.setTimes(1_700_000_000_123)
  }
  return env
}

for (const [timeNs, ms] of [
  [0n, 0],
  [1_700_000_000_123_000_000n, 1_700_000_000_123],
  [1_700_000_000_122_999_900n, 1_700_000_000_123],
  [1_700_000_000_123_499_999n, 1_700_000_000_123],
  [1_700_000_000_123_500_000n, 1_700_000_000_124],
  [-1_000_000n, -1],
  [-1_000_100n, -1],
  [-400_000n, 0],
  [-600_000n, -1],
] as const) {
  test(`nearestMs: ${timeNs} ns → ${ms} ms`, () => assert.equal(nearestMs(timeNs), ms))
}

test('listLevel: a hundred files → all, with size and time', async () => {
  const { files } = await withFiles(...Array.from({ length: 100 }, (_, index) => name(index + 1)))
  const listed = await collectFiles(listLevel(files, '/level', 0, {}))
  assert.equal(listed.length, 100)
  for (const { size, createdAtMs } of listed) assert.deepEqual([size, createdAtMs], [2, 1_700_000_000_123])
})

test('listLevel: a directory with the name of a file → not listed', async () => {
  const { files } = await withFiles(name(1))
  await files.makeDirectory(`/level/${name(2)}`)
  const listed = await collectFiles(listLevel(files, '/level', 0, {}))
  assert.deepEqual(
    listed.map(({ minTXID }) => minTXID),
    [1n],
  )
})

test('listLevel: a file deleted between the names and its turn → not listed, no error', async () => {
  const { files } = await withFiles(...Array.from({ length: 40 }, (_, index) => name(index + 1)))
  const seen: bigint[] = []
  for await (const { minTXID } of listLevel(files, '/level', 0, {})) {
    if (seen.length === 0) await files.remove(`/level/${name(39)}`)
    seen.push(minTXID)
  }
  assert.equal(seen.length, 39)
})

test('listLevel: from a TXID → sizes and times of earlier files are not asked for', async () => {
  const { files } = await withFiles(name(1), name(2))
  files.failAlways('stat', 'EIO', /0001-/)
  const listed = await collectFiles(listLevel(files, '/level', 0, { from: toTxid(2n) }))
  assert.equal(listed.length, 1)
})

test('namesIn: no such directory → none; no permission → the error', async () => {
  const { files } = await withFiles()
  assert.deepEqual(await namesIn(files, '/other'), [])
  files.failNext('list', 'EACCES')
  await assert.rejects(namesIn(files, '/level'), { code: 'EACCES' })
})
