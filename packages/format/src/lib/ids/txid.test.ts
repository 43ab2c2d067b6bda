import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatTxid, nextTxid, parseTxid, toTxid } from './txid.ts'

const MAX = 2n ** 64n - 1n

test('toTxid: 1 and 2^64-1 → themselves; outside → RangeError', () => {
  assert.equal(toTxid(1n), 1n)
  assert.equal(toTxid(MAX), MAX)
  for (const value of [0n, -1n, MAX + 1n]) assert.throws(() => toTxid(value), RangeError)
})

test('nextTxid: the last one → RangeError', () => {
  assert.equal(nextTxid(toTxid(2n ** 53n)), 2n ** 53n + 1n)
  assert.throws(() => nextTxid(toTxid(MAX)), RangeError)
})

test('formatTxid and parseTxid: any txid → reads back as itself', () => {
  for (const value of [1n, 255n, 2n ** 53n + 1n, MAX]) assert.equal(parseTxid(formatTxid(value)), value)
  assert.equal(formatTxid(255n), '00000000000000ff')
  assert.equal(formatTxid(0n), '0000000000000000')
  assert.throws(() => formatTxid(MAX + 1n), RangeError)
})

const refused = [
  '',
  '1',
  '0000000000000000',
  '00000000000000FF',
  '00000000000000ff0',
  '0x000000000000ff',
  ' 0000000000000ff',
  '00000000000000f\n',
]

for (const text of refused) {
  test(`parseTxid: ${JSON.stringify(text)} → null`, () => assert.equal(parseTxid(text), null))
}
