import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bootId } from './boot-id.ts'

test('bootId: Linux tells → its text, trimmed', () => {
  assert.equal(
    bootId(() => 'f3a1\n'),
    'f3a1',
  )
})

test('bootId: nothing tells → the minute of the start, hours or days ago', () => {
  const found = bootId(() => {
    throw new Error('ENOENT')
  })
  const minute = Number(/^started (\d+)$/.exec(found)?.[1])
  assert.ok(minute > 0 && minute * 60_000 <= Date.now() + 60_000, found)
})

test('bootId: asked twice → the same', () => {
  assert.equal(bootId(), bootId())
})
