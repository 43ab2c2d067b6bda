import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseLegacyObject, segmentPath } from './layout.ts'

const G = 'generations/0123456789abcdef'
const parse = (path: string): unknown => parseLegacyObject({ path, size: 1, modifiedAtMs: 2 })
const at = (path: string): object => ({ path, size: 1, modifiedAtMs: 2, generation: '0123456789abcdef' })

test('legacy layout: a snapshot, a piece of WAL, one beyond 4 GiB → what they are', () => {
  const snapshot = `${G}/snapshots/0000001f.snapshot.lz4`
  assert.deepEqual(parse(snapshot), { ...at(snapshot), kind: 'snapshot', index: 31 })
  const segment = `${G}/wal/00000002_00001038.wal.lz4`
  assert.deepEqual(parse(segment), { ...at(segment), kind: 'segment', index: 2, offset: 0x1038 })
  const far = `${G}/wal/00000002_123456789.wal.lz4`
  assert.deepEqual(parse(far), { ...at(far), kind: 'segment', index: 2, offset: 0x1_2345_6789 })
})

const strange = [
  'generations/0123456789ABCDEF/snapshots/00000000.snapshot.lz4',
  'generations/0123/snapshots/00000000.snapshot.lz4',
  `${G}/snapshots/000000000.snapshot.lz4`,
  `${G}/snapshots/00000000.snapshot.lz4.tmp`,
  `${G}/wal/00000000_0000000.wal.lz4`,
  `${G}/wal/00000000_ffffffffffffffff.wal.lz4`,
  `${G}/wal/00000000.wal.lz4`,
  `x/${G}/wal/00000000_00000000.wal.lz4`,
]

for (const path of strange) {
  test(`legacy layout: ${path} → not there`, () => {
    assert.equal(parse(path), null)
  })
}

test('legacy layout: a place in a WAL → its path', () => {
  assert.equal(segmentPath('0123456789abcdef', 31, 0x1_2345_6789), `${G}/wal/0000001f_123456789.wal.lz4`)
})
