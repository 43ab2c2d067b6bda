import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { PageTable, tableMatches, TABLE_BLOCK_ENTRIES, type TableState } from './page-table.ts'
import { decodeTableHeader } from './table-header.ts'

const META = '/state'
const state = (txid: bigint, commit = 3): TableState => ({
  pageSize: 4096,
  commit,
  txid: toTxid(txid),
  fileChecksum: txid * 7n,
  inode: 5n,
})

function world(): ReturnType<typeof simEnv> {
  const env = simEnv({ seed: 1 })
  env.blockingFiles.makeDirectory(META)
  return env
}

function entriesOf(table: PageTable, firstPage: number, count: number): bigint[] {
  const target = new BigUint64Array(count)
  table.read(firstPage, target)
  return [...target]
}

test('PageTable: new → valid for nothing; committed and opened again → as it was', () => {
  const env = world()
  {
    using table = PageTable.open(env.blockingFiles, META)
    assert.equal(table.state, null)
    table.write(1, new BigUint64Array([11n, 12n, 13n]))
    table.commit(state(4n))
  }
  using again = PageTable.open(env.blockingFiles, META)
  assert.equal(again.state?.txid, 4n)
  assert.deepEqual(entriesOf(again, 1, 5), [11n, 12n, 13n, 0n, 0n])
})

test('PageTable: the newer header is torn → the older one counts', () => {
  const env = world()
  {
    using table = PageTable.open(env.blockingFiles, META)
    table.commit(state(1n))
    table.commit(state(2n))
  }
  const slots = [0, 2048]
  for (const slot of slots) {
    using handle = env.blockingFiles.open(`${META}/pages`, 'read-write')
    const before = new Uint8Array(64)
    handle.read(before, slot)
    if (decodeTableHeader(before)?.txid !== 2n) continue
    handle.write(new Uint8Array([0xff]), slot + 30)
  }
  using table = PageTable.open(env.blockingFiles, META)
  assert.equal(table.state?.txid, 1n)
  table.commit(state(3n))
  using again = PageTable.open(env.blockingFiles, META)
  assert.equal(again.state?.txid, 3n)
})

test('PageTable: power loss before the new header is durable, 50 seeds → one of the two states, whole', () => {
  for (let seed = 0; seed < 50; seed++) {
    const env = simEnv({ seed })
    env.blockingFiles.makeDirectory(META)
    env.blockingFiles.syncDirectory('/')
    {
      using table = PageTable.open(env.blockingFiles, META)
      table.write(1, new BigUint64Array([1n, 1n, 1n]))
      table.commit(state(1n))
      env.blockingFiles.syncDirectory(META)
      table.write(1, new BigUint64Array([2n, 2n, 2n]))
      let syncs = 0
      env.files.failNext('sync', 'EIO')
      try {
        table.commit(state(2n))
      } catch {
        syncs++
      }
      assert.equal(syncs, 1)
    }
    const after = env.restart('some')
    using table = PageTable.open(after.blockingFiles, META)
    assert.equal(table.state?.txid, 1n, `seed ${seed}: the header is never ahead of its entries`)
  }
})

test('PageTable: a shrink cuts the entries, so that a later growth finds none of old', () => {
  const env = world()
  using table = PageTable.open(env.blockingFiles, META)
  table.write(1, new BigUint64Array([1n, 2n, 3n]))
  table.commit(state(1n, 3))
  table.commit(state(2n, 1))
  table.commit(state(3n, 3))
  assert.deepEqual(entriesOf(table, 1, 3), [1n, 0n, 0n])
})

test('PageTable: cleared → valid for nothing, also after a power loss', () => {
  const env = world()
  env.blockingFiles.syncDirectory('/')
  {
    using table = PageTable.open(env.blockingFiles, META)
    table.commit(state(1n))
    env.blockingFiles.syncDirectory(META)
    table.clear()
    assert.equal(table.state, null)
  }
  using again = PageTable.open(env.restart('nothing').blockingFiles, META)
  assert.equal(again.state, null)
})

test('PageTable: single entries far apart and close together → each where it belongs, the others untouched', () => {
  const env = world()
  using table = PageTable.open(env.blockingFiles, META)
  table.write(1, new BigUint64Array([9n, 9n, 9n, 9n]))
  const far = 3 * TABLE_BLOCK_ENTRIES
  table.writeEach(
    new Map([
      [far, 30n],
      [2, 20n],
      [4, 40n],
      [far + 1, 31n],
    ]),
  )
  assert.deepEqual(entriesOf(table, 1, 5), [9n, 20n, 9n, 40n, 0n])
  assert.deepEqual(entriesOf(table, far - 1, 3), [0n, 30n, 31n])
})

test('tableMatches: the same TXID with another checksum (after a reset) → no', () => {
  assert.equal(tableMatches(state(4n), toTxid(4n), 28n), true)
  assert.equal(tableMatches(state(4n), toTxid(4n), 29n), false)
  assert.equal(tableMatches(state(4n), toTxid(5n), 28n), false)
  assert.equal(tableMatches(null, toTxid(4n), 28n), false)
})
