import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ImageHolds } from './image-holds.ts'

test('ImageHolds: two readers, one lets go twice → held until the other does too', () => {
  const holds = new ImageHolds()
  assert.equal(holds.any, false)
  const [first, second] = [holds.hold(), holds.hold()]
  first()
  first()
  assert.equal(holds.any, true)
  second()
  assert.equal(holds.any, false)
})
