import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bytesSince } from './stored-files.ts'

test('bytesSince: one file went, two came → the bytes of those two', () => {
  const before = new Map([
    ['0/a', 10],
    ['0/b', 20],
  ])
  const after = new Map([
    ['0/b', 20],
    ['0/c', 3],
    ['1/a', 4],
  ])
  assert.equal(bytesSince(before, after), 7)
})
