import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatChecksum, formatPosition, parseChecksum, parsePosition } from './position.ts'
import { toTxid } from './txid.ts'

test('position: with a checksum and without → reads back as itself', () => {
  for (const checksum of [0n, 0x8000_0000_0000_0001n]) {
    const position = { txid: toTxid(10n), checksum }
    assert.deepEqual(parsePosition(formatPosition(position)), position)
  }
  assert.equal(formatPosition({ txid: toTxid(10n), checksum: 0n }), '000000000000000a/0000000000000000')
})

const refused = [
  '',
  '000000000000000a',
  '000000000000000a-0000000000000000',
  '0000000000000000/8000000000000000',
  '000000000000000a/7fffffffffffffff',
  '000000000000000a/800000000000000',
  '000000000000000A/8000000000000000',
  '000000000000000a/80000000000000000',
]

for (const text of refused) {
  test(`parsePosition: ${JSON.stringify(text)} → null`, () => assert.equal(parsePosition(text), null))
}

test('formatChecksum: more than 64 bits → RangeError', () => {
  assert.equal(parseChecksum(formatChecksum(2n ** 64n - 1n)), 2n ** 64n - 1n)
  for (const value of [-1n, 2n ** 64n]) assert.throws(() => formatChecksum(value), RangeError)
})
