import assert from 'node:assert/strict'
import { test } from 'vitest'
import { tableText } from './table.ts'

test('tableText: no rows → the header alone', () => {
  assert.equal(tableText(['path', 'replica'], []), 'path  replica\n')
})

test('tableText: cells wider than the header → columns grow, the last is not padded', () => {
  assert.equal(
    tableText(
      ['a', 'b'],
      [
        ['long cell', 'x'],
        ['', 'y'],
      ],
    ),
    'a          b\nlong cell  x\n           y\n',
  )
})
