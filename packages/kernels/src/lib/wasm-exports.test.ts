import assert from 'node:assert/strict'
import { test } from 'vitest'
import { instantiate } from './wasm-exports.ts'

test('instantiate: twice → two memories, and every export that is typed', () => {
  const one = instantiate()
  const other = instantiate()
  assert.notEqual(one.memory.buffer, other.memory.buffer)
  const addresses = ['RESULT', 'SOURCE', 'SOURCE_BYTES', 'TARGET', 'TARGET_BYTES'] as const
  for (const name of addresses) assert.equal(typeof one[name].value, 'number', name)
  const calls = Object.values(one).filter((each) => typeof each === 'function')
  assert.equal(calls.length, 8)
})

test('instantiate: the areas → do not overlap, with 64 bytes of slack and more behind each', () => {
  const { RESULT, SOURCE, SOURCE_BYTES, TARGET, TARGET_BYTES, memory } = instantiate()
  assert(RESULT.value + 16 + 64 <= SOURCE.value)
  assert(SOURCE.value + SOURCE_BYTES.value + 64 <= TARGET.value)
  assert(TARGET.value + TARGET_BYTES.value + 64 <= memory.buffer.byteLength)
})
