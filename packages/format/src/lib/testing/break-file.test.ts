import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  frameRanges,
  truncated,
  withBitFlipped,
  withByte,
  withChecksumMended,
  withInserted,
  withoutBytes,
  withPagesSwapped,
} from './break-file.ts'
import { decodeFileSpec, encodeFileSpec } from './file-spec.ts'

const pages = [{ pageNumber: 1 }, { pageNumber: 2, data: new Uint8Array(512) }, { pageNumber: 3 }]
const file = encodeFileSpec({ pageSize: 512, commit: 3, minTXID: 2n, maxTXID: 2n, pages })
const original = file.slice()

test('byte breakers: each → changes what it says, in a copy', () => {
  assert.equal(truncated(file, 57).length, 57)
  assert.equal(truncated(file, -1).length, file.length - 1)
  assert.equal(withByte(file, 40, 255)[40], 255)
  assert.equal(withBitFlipped(file, 0, 5)[0], 0x6c)
  assert.deepEqual(withoutBytes(withInserted(file, 9, [1, 2]), 9, 11), file)
  assert.deepEqual(withPagesSwapped(withPagesSwapped(file, 0, 2), 0, 2), file)
  assert.notDeepEqual(withPagesSwapped(file, 0, 2), file)
  assert.deepEqual(file, original)
  assert.throws(() => withByte(file, file.length, 0), RangeError)
  assert.throws(() => withPagesSwapped(file, 0, 3), RangeError)
})

test('frameRanges: a file → its frames end to end', () => {
  const ranges = frameRanges(file)
  assert.equal(ranges.length, 3)
  assert.equal(ranges[0]?.start, 100)
  assert.equal(ranges[1]?.start, ranges[0]?.end)
})

test('withChecksumMended: a changed header → decodes again; a right file → stays as it is', () => {
  const later = withByte(file, 39, 9)
  assert.throws(() => decodeFileSpec(later), { code: 'LTX_CHECKSUM_MISMATCH' })
  assert.equal(decodeFileSpec(withChecksumMended(later)).timestampMs, 9)
  assert.deepEqual(withChecksumMended(file), file)
})
