import assert from 'node:assert/strict'
import { test } from 'vitest'
import { transferSize } from './transfer-size.ts'

test('transferSize: below, at and above 1 GiB → never more than 1 GiB', () => {
  assert.equal(transferSize(1), 1)
  assert.equal(transferSize(2 ** 30), 2 ** 30)
  assert.equal(transferSize(2 ** 30 + 1), 2 ** 30)
})
