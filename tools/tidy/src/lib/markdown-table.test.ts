import assert from 'node:assert/strict'
import { test } from 'vitest'
import { tableRows } from './markdown-table.ts'

test('tableRows: two tables, a bar in a cell, another table → the rows of those with that heading', () => {
  const markdown = [
    '| code | what to do |',
    '| ---- | ---------- |',
    '| `A_B` | this \\| that |',
    '',
    '| verb | does |',
    '| --- | --- |',
    '| x | y |',
    '',
    '| code | usual cause | what to do |',
    '| :-- | --- | --- |',
    '| `C_D` | rain | wait |',
  ].join('\n')
  assert.deepEqual(
    tableRows(markdown, 'code').map((row) => Object.fromEntries(row)),
    [
      { code: '`A_B`', 'what to do': 'this \\| that' },
      { code: '`C_D`', 'usual cause': 'rain', 'what to do': 'wait' },
    ],
  )
})
