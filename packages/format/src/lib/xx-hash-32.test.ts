import assert from 'node:assert/strict'
import { test } from 'vitest'
import { XxHash32, xxHash32 } from './xx-hash-32.ts'

// published test values of xxHash, seed 0
const rows: readonly [text: string, hash: number][] = [
  ['', 0x02cc_5d05],
  ['a', 0x550d_7456],
  ['abc', 0x32d1_53ff],
  ['Nobody inspects the spammish repetition', 0xe229_3b2f],
]

for (const [text, hash] of rows) {
  test(`xxHash32: ${JSON.stringify(text)} → ${hash.toString(16)}`, () => {
    assert.equal(xxHash32(new TextEncoder().encode(text)), hash)
  })
}

test('XxHash32: the same bytes in pieces of any size → the same hash', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => (index * 37) & 255)
  const whole = xxHash32(bytes)
  for (let pieceBytes = 1; pieceBytes <= bytes.length; pieceBytes++) {
    const hash = new XxHash32()
    for (let at = 0; at < bytes.length; at += pieceBytes) hash.update(bytes.subarray(at, at + pieceBytes))
    assert.equal(hash.digest(), whole, `pieces of ${pieceBytes}`)
  }
})
