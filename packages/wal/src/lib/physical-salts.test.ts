import assert from 'node:assert/strict'
import { test } from 'vitest'
import { buildWal } from './build-wal.ts'
import { PhysicalSalts, type SaltPair } from './physical-salts.ts'

const pages = [{ pageNumber: 1 }, { pageNumber: 2 }, { pageNumber: 3 }]
const generation = (salts: SaltPair, count: number): Uint8Array =>
  buildWal({ pageSize: 512, salts, transactions: [{ pages: pages.slice(0, count), commit: 3 }] })

/** Three frames of the oldest generation, overwritten by two of the next, overwritten by one of the last. */
const wal = generation([1, 0xffff_ffff], 3)
wal.set(generation([2, 5], 2))
wal.set(generation([3, 6], 1))

function collect(bytes: Uint8Array, until: SaltPair | null): readonly SaltPair[] {
  const salts = new PhysicalSalts(512, until)
  while (!salts.done) salts.push(bytes.subarray(salts.nextOffset, salts.nextOffset + 24))
  return salts.pairs
}

const rows: readonly [situation: string, Uint8Array, SaltPair | null, readonly SaltPair[]][] = [
  [
    'three generations one over the other',
    wal,
    null,
    [
      [3, 6],
      [2, 5],
      [1, 0xffff_ffff],
    ],
  ],
  [
    'until one that is there',
    wal,
    [2, 5],
    [
      [3, 6],
      [2, 5],
    ],
  ],
  [
    'until one that is not there',
    wal,
    [2, 6],
    [
      [3, 6],
      [2, 5],
      [1, 0xffff_ffff],
    ],
  ],
  ['one generation', generation([1, 1], 3), null, [[1, 1]]],
  ['a header alone', generation([1, 1], 0), null, []],
  [
    'cut in the last frame header',
    wal.subarray(0, 32 + 2 * 536 + 23),
    null,
    [
      [3, 6],
      [2, 5],
    ],
  ],
]

for (const [situation, bytes, until, pairs] of rows) {
  test(`PhysicalSalts: ${situation} → ${pairs.length} pairs`, () =>
    assert.deepEqual(collect(bytes, until), pairs))
}
