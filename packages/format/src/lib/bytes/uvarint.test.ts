import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FormatError } from '../errors.ts'
import { readUvarint, UVARINT_BYTES_MAX, uvarintBytes, writeUvarint } from './uvarint.ts'

const values = [0, 1, 127, 128, 300, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40 + 1, 2 ** 53 - 1]

for (const value of values) {
  test(`uvarint: ${value} → reads back as itself, in as many bytes as said`, () => {
    const bytes = new Uint8Array(UVARINT_BYTES_MAX)
    const end = writeUvarint(bytes, 0, value)
    assert.equal(end, uvarintBytes(value))
    const place = { bytes: bytes.subarray(0, end), at: 0, fileOffset: 0 }
    assert.equal(readUvarint(place), value)
    assert.equal(place.at, end)
  })
}

test('writeUvarint: 300 → the bytes that Go writes', () => {
  const bytes = new Uint8Array(2)
  writeUvarint(bytes, 0, 300)
  assert.deepEqual([...bytes], [0xac, 0x02])
})

const refused: readonly [situation: string, number[], FormatError['code']][] = [
  ['nothing', [], 'LTX_TRUNCATED'],
  ['cut in the middle', [0x80, 0x80], 'LTX_TRUNCATED'],
  ['a longer form than needed', [0x81, 0x00], 'LTX_BAD_FIELD'],
  ['2^53', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], 'LTX_BAD_FIELD'],
  ['2^63', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'LTX_BAD_FIELD'],
  ['no end', Array.from({ length: 20 }, () => 0xff), 'LTX_BAD_FIELD'],
]

for (const [situation, bytes, code] of refused) {
  test(`readUvarint: ${situation} → ${code} with the offset in the file`, () => {
    const place = { bytes: Uint8Array.from(bytes), at: 0, fileOffset: 1000 }
    assert.throws(
      () => readUvarint(place),
      (error) => error instanceof FormatError && error.code === code && error.offset >= 1000,
    )
  })
}
