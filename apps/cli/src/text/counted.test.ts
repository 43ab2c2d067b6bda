import assert from 'node:assert/strict'
import { test } from 'vitest'
import { counted } from './counted.ts'

test('counted: one, none, several → the noun as English has it', () => {
  assert.deepEqual(
    [1, 0, 3].map((count) => counted(count, 'file')),
    ['1 file', '0 files', '3 files'],
  )
})
