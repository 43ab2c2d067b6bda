import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatFileName, parseFileName } from './file-name.ts'
import { toTxid } from './txid.ts'

test('file name: a range → reads back as itself', () => {
  const [min, max] = [toTxid(1n), toTxid(2n ** 64n - 1n)]
  assert.equal(formatFileName(min, max), '0000000000000001-ffffffffffffffff.ltx')
  assert.deepEqual(parseFileName(formatFileName(min, max)), { minTXID: min, maxTXID: max })
})

test('formatFileName: min above max → RangeError', () => {
  assert.throws(() => formatFileName(toTxid(2n), toTxid(1n)), RangeError)
})

const refused = [
  '',
  '0000000000000001-0000000000000002.ltx.tmp',
  '0000000000000001-0000000000000002.LTX',
  '0000000000000001-000000000000000A.ltx',
  '0000000000000001_0000000000000002.ltx',
  '0000000000000000-0000000000000002.ltx',
  '0000000000000003-0000000000000002.ltx',
  'x000000000000001-0000000000000002.ltx',
  '0000000000000001-0000000000000002xltx',
  ' 000000000000001-0000000000000002.ltx',
]

for (const name of refused) {
  test(`parseFileName: ${JSON.stringify(name)} → null`, () => assert.equal(parseFileName(name), null))
}
