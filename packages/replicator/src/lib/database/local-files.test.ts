import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { formatFileName, toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { LocalFiles } from './local-files.ts'

function world(
  txids: readonly bigint[],
  timestampMs = 7,
): { env: ReturnType<typeof simEnv>; local: LocalFiles } {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory('/m/ltx/0')
  for (const txid of txids)
    put(env, `/m/ltx/0/${formatFileName(toTxid(txid), toTxid(txid))}`, txid, timestampMs)
  return { env, local: new LocalFiles(env.blockingFiles, '/m') }
}

function put(env: ReturnType<typeof simEnv>, path: string, txid: bigint, timestampMs: number): void {
  using handle = env.blockingFiles.open(path, 'create')
  const spec = {
    pageSize: 512,
    commit: 1,
    minTXID: txid,
    maxTXID: txid,
    timestampMs,
    pages: [{ pageNumber: 1 }],
  }
  handle.write(encodeFileSpec(spec), 0)
}

const txidsOf = (files: readonly { readonly txid: bigint }[]): bigint[] => files.map(({ txid }) => txid)

test('LocalFiles: listed → ascending by TXID; files of several TXIDs and other names are not ours', () => {
  const { env, local } = world([10n, 2n, 9n])
  for (const name of [
    '0000000000000001-0000000000000002.ltx',
    'x.ltx',
    '0000000000000003-0000000000000003.ltx.tmp',
  ])
    env.blockingFiles.open(`/m/ltx/0/${name}`, 'create').close()
  assert.deepEqual(txidsOf(local.list()), [2n, 9n, 10n])
})

for (const [stored, run] of [
  [[], []],
  [[5n], [5n]],
  [
    [1n, 2n, 3n],
    [1n, 2n, 3n],
  ],
  [
    [1n, 2n, 4n, 5n],
    [4n, 5n],
  ],
  [[1n, 3n], [3n]],
] as const) {
  test(`LocalFiles, newestRun: ${stored.join(' ') || 'nothing'} → ${run.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(txidsOf(world(stored).local.newestRun()), run)
  })
}

test('LocalFiles: no folder → nothing', () => {
  const local = new LocalFiles(simEnv({ seed: 1 }).blockingFiles, '/nowhere')
  assert.deepEqual([local.list(), local.newestTimestampMs()], [[], 0])
})

test('LocalFiles: header, checksum and time of the newest file → as they are in it; damaged → no time', () => {
  const { env, local } = world([1n, 2n], 1234)
  assert.equal(local.readHeader(toTxid(2n)).maxTXID, 2n)
  assert.notEqual(local.readFileChecksum(toTxid(1n)), local.readFileChecksum(toTxid(2n)))
  assert.equal(local.newestTimestampMs(), 1234)
  env.blockingFiles.open(local.path(toTxid(2n)), 'create').close()
  assert.equal(local.newestTimestampMs(), 0)
})

test('LocalFiles, removeAll: everything that speaks of the files goes with them; the lock stays', () => {
  const { env, local } = world([1n])
  for (const name of ['position', 'seal', 'pages', 'confirmed', 'lock'])
    env.blockingFiles.open(`/m/${name}`, 'create').close()
  local.removeAll()
  assert.deepEqual(env.blockingFiles.list('/m'), ['lock'])
})

test('LocalFiles, removeFrom: that file and all after it go, the older ones and the records stay', () => {
  const { env, local } = world([1n, 2n, 3n, 4n])
  env.blockingFiles.open('/m/position', 'create').close()
  local.removeFrom(toTxid(3n))
  assert.deepEqual(txidsOf(local.list()), [1n, 2n])
  assert.deepEqual(env.blockingFiles.list('/m'), ['ltx', 'position'])
})

test("LocalFiles, sweep: temporaries go, ours and Litestream's; files stay", () => {
  const { env, local } = world([1n])
  for (const name of ['position.1.0123456789abcdef.tmp', 'ltx/0/0000000000000002-0000000000000002.ltx.tmp'])
    env.blockingFiles.open(`/m/${name}`, 'create').close()
  local.sweep()
  assert.deepEqual([env.blockingFiles.list('/m'), txidsOf(local.list()).length], [['ltx'], 1])
  assert.equal(env.blockingFiles.list('/m/ltx/0').length, 1)
})
