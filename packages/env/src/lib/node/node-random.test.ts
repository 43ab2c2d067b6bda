import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nodeRandom } from './node-random.ts'

test('nodeRandom: drawn → in [0, 1), hex of the length asked for, never twice the same', () => {
  for (let i = 0; i < 1000; i++) {
    const value = nodeRandom.next()
    assert.ok(value >= 0 && value < 1)
  }
  assert.match(nodeRandom.hex(8), /^[0-9a-f]{16}$/)
  assert.equal(new Set(Array.from({ length: 1000 }, () => nodeRandom.hex(8))).size, 1000)
})
