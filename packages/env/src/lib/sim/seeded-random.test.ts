import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SeededRandom } from './seeded-random.ts'

const draw = (random: SeededRandom, count: number): number[] =>
  Array.from({ length: count }, () => random.next())

test('SeededRandom: the same seed → the same numbers; another → others', () => {
  assert.deepEqual(draw(new SeededRandom(7), 100), draw(new SeededRandom(7), 100))
  assert.notDeepEqual(draw(new SeededRandom(7), 3), draw(new SeededRandom(8), 3))
})

test('SeededRandom: a hundred thousand numbers → in [0, 1), every tenth part about as often', () => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (const value of draw(new SeededRandom(1), 100_000)) {
    assert.ok(value >= 0 && value < 1)
    const part = Math.floor(value * 10)
    counts[part] = (counts[part] ?? 0) + 1
  }
  for (const count of counts) assert.ok(count > 9500 && count < 10_500)
})

test('SeededRandom: hex and below → digits of the length asked for, numbers below the bound', () => {
  const random = new SeededRandom(3)
  assert.match(random.hex(8), /^[0-9a-f]{16}$/)
  assert.equal(random.hex(0), '')
  assert.deepEqual(new Set(Array.from({ length: 200 }, () => random.below(4))), new Set([0, 1, 2, 3]))
})
