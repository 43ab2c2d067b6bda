import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SimBytes } from './sim-bytes.ts'

test('SimBytes: shortened, then written past the end → nothing old shows through', () => {
  const bytes = new SimBytes(Uint8Array.of(1, 2, 3, 4))
  bytes.truncate(1)
  bytes.write(Uint8Array.of(9), 3)
  assert.deepEqual([...bytes.copy()], [1, 0, 0, 9])
  assert.equal(bytes.size, 4)
})

test('SimBytes: copies → are not the content itself', () => {
  const source = Buffer.from([1, 2])
  const bytes = new SimBytes(source)
  source.fill(0)
  bytes.copy().fill(7)
  assert.deepEqual([...bytes.copy()], [1, 2])
})

test('SimBytes: a thousand small appends → all there', () => {
  const bytes = new SimBytes()
  for (let i = 0; i < 1000; i++) bytes.write(Uint8Array.of(i & 0xff), i)
  assert.ok(bytes.copy().every((byte, index) => byte === (index & 0xff)))
  const part = new Uint8Array(10)
  assert.equal(bytes.read(part, 995), 5)
})
