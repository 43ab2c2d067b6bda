import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testSeed, withSeed } from '../../../test/seeded-random.ts'
import { ByteReader } from './byte-reader.ts'

test('ByteReader: a run inside one chunk → is a view of the chunk, not a copy', () => {
  const reader = new ByteReader()
  const chunk = Uint8Array.of(1, 2, 3, 4)
  reader.push(chunk)
  assert(reader.ensure(3))
  assert.equal(reader.bytes.buffer, chunk.buffer)
  reader.advance(3)
  assert.equal(reader.position, 3)
  assert(!reader.ensure(2))
  assert(reader.ensure(1))
})

test('ByteReader: the rest kept → the chunk may be used again', () => {
  const reader = new ByteReader()
  const chunk = Uint8Array.of(1, 2, 3, 4)
  reader.push(chunk)
  assert(reader.ensure(1))
  reader.advance(1)
  reader.keepRest()
  chunk.fill(0)
  reader.push(Uint8Array.of(5))
  assert(reader.ensure(4))
  assert.deepEqual([...reader.bytes.subarray(reader.at, reader.at + 4)], [2, 3, 4, 5])
})

test('ByteReader: everything consumed → empty', () => {
  const reader = new ByteReader()
  assert(reader.isEmpty)
  reader.push(Uint8Array.of(1))
  assert(!reader.isEmpty)
  assert(reader.ensure(1))
  reader.advance(1)
  assert(reader.isEmpty)
})

test('ByteReader: any chunks and any runs → the bytes of the stream in order', async () => {
  await withSeed(testSeed(), (random) => {
    for (let round = 0; round < 200; round++) {
      const reader = new ByteReader()
      const [pushed, read]: [number[], number[]] = [[], []]
      for (let step = 0; step < 30; step++) {
        const chunk = random.bytes(random.below(40))
        pushed.push(...chunk)
        reader.push(chunk)
        if (random.below(4) === 0) continue // several pushes in a row
        for (let count = random.below(50); reader.ensure(count); count = 1 + random.below(50)) {
          const run = reader.bytes.subarray(reader.at, reader.at + count)
          read.push(...run)
          reader.advance(count)
        }
        reader.keepRest()
        chunk.fill(0)
      }
      while (reader.ensure(1)) {
        read.push(reader.bytes[reader.at] ?? -1)
        reader.advance(1)
      }
      assert.deepEqual(read, pushed)
      assert.equal(reader.position, pushed.length)
    }
  })
})
