import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isPageSize } from './page-size.ts'

test('isPageSize: every number up to twice the largest → the eight powers of two from 512 to 65536', () => {
  const sizes: number[] = []
  for (let bytes = -1; bytes <= 131_072; bytes++) if (isPageSize(bytes)) sizes.push(bytes)
  assert.deepEqual(sizes, [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536])
})

test('isPageSize: no whole number, or beyond 32 bits → no', () => {
  for (const bytes of [NaN, Infinity, 512.5, 2 ** 32 + 512, 2 ** 41]) assert.ok(!isPageSize(bytes))
})
