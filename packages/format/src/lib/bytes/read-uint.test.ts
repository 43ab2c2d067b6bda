import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readUint16, readUint32 } from './read-uint.ts'
import { viewOf } from './view-of.ts'

test('readUint32 and readUint16: any bytes, high bits included → as DataView reads them', () => {
  const bytes = Uint8Array.of(0, 255, 254, 253, 252, 128, 0, 0, 0, 127, 255, 255, 255, 255)
  for (let at = 0; at + 4 <= bytes.length; at++) {
    assert.equal(readUint32(bytes, at), viewOf(bytes).getUint32(at))
    assert.equal(readUint16(bytes, at), viewOf(bytes).getUint16(at))
  }
})
