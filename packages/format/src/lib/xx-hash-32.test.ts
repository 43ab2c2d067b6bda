import assert from 'node:assert/strict'
import { test } from 'vitest'
import { xxHash32 } from './xx-hash-32.ts'

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
