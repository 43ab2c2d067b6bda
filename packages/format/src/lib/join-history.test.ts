import assert from 'node:assert/strict'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { joinHistory } from './join-history.ts'

/** Literals "abc", a match of 8 bytes 5 back (into the history), then literals "xyzzy". */
const linked = Uint8Array.of(0x34, ...ascii('abc'), 5, 0, 0x50, ...ascii('xyzzy'))

for (const historyBytes of [2, 11, 12, 15, 267, 268, 600]) {
  test(`joinHistory: a match into ${historyBytes} earlier bytes → history and block in one`, () => {
    const history = Uint8Array.from({ length: historyBytes }, (_, i) => 65 + (i % 26))
    const joined = joinHistory(linked, history)
    assert(joined !== null)
    const target = new Uint8Array(historyBytes + 16)
    assert.equal(sharedKernels().decompressBlock(joined, target), target.length)
    const expected = [...history, ...ascii('abc')]
    for (let i = 0; i < 8; i++) expected.push(expected.at(-5) ?? 0)
    expected.push(...ascii('xyzzy'))
    assert.deepEqual([...target], expected)
  })
}

test('joinHistory: literals counted in several bytes → all kept', () => {
  const literals = new Uint8Array(15 + 255 + 3).fill(1)
  const block = Uint8Array.of(0xf0, 255, 3, ...literals)
  const joined = joinHistory(block, Uint8Array.of(9))
  assert(joined !== null)
  const target = new Uint8Array(literals.length + 1)
  assert.equal(sharedKernels().decompressBlock(joined, target), target.length)
  assert.deepEqual([...target], [9, ...literals])
})

test('joinHistory: a block that ends inside its first count → null', () => {
  for (const block of [[], [0xf0], [0xf0, 255]]) {
    assert.equal(joinHistory(Uint8Array.from(block), Uint8Array.of(9)), null)
  }
})

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
