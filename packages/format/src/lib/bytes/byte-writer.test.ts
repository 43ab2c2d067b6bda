import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ByteWriter } from './byte-writer.ts'

test('ByteWriter: writes and reserved bytes → come out in order, once', () => {
  const writer = new ByteWriter()
  writer.write(Uint8Array.of(1, 2))
  const target = writer.reserve(3)
  target.set([3, 4], writer.length)
  writer.commit(2)
  assert.equal(writer.length, 4)
  assert.deepEqual([...writer.take()], [1, 2, 3, 4])
  assert.equal(writer.length, 0)
  assert.deepEqual([...writer.take()], [])
})

for (const count of [10, 5000]) {
  test(`ByteWriter: ${count} bytes taken → later writes leave them alone`, () => {
    const writer = new ByteWriter()
    writer.write(new Uint8Array(count).fill(7))
    const taken = writer.take()
    writer.write(new Uint8Array(count).fill(8))
    assert(taken.every((byte) => byte === 7))
    assert(writer.take().every((byte) => byte === 8))
  })
}

test('ByteWriter: more than it holds → grows and keeps what is there', () => {
  const writer = new ByteWriter()
  for (let i = 0; i < 100; i++) writer.write(new Uint8Array(1000).fill(i))
  const taken = writer.take()
  assert.equal(taken.length, 100_000)
  assert(taken.every((byte, at) => byte === Math.floor(at / 1000)))
})

test('ByteWriter: bytes lent → they are there until the next write, which uses the same buffer', () => {
  const writer = new ByteWriter()
  writer.write(new Uint8Array(5000).fill(7))
  const lent = writer.lend()
  assert.equal(lent.length, 5000)
  assert(lent.every((byte) => byte === 7))
  assert.equal(writer.length, 0)
  writer.write(Uint8Array.of(1, 2))
  assert.equal(lent[0], 1, 'the same buffer')
  assert.deepEqual([...writer.lend()], [1, 2])
  assert.equal(writer.lend().length, 0)
})
