import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatLocal } from '../text/rfc3339.ts'
import { prettyFormat } from './pretty-format.ts'

const timestampMs = Date.parse('2026-01-02T03:04:05.678Z')
const time = formatLocal(timestampMs).slice(11, 19)
const record = { timestampMs, level: 'warn', message: 'look here', fields: { a: 'x y' } } as const

test('prettyFormat: without colours → plain text', () => {
  assert.equal(prettyFormat(false)(record), `${time} WRN look here a="x y"`)
})

test('prettyFormat: with colours → faint time and keys, bright yellow WRN', () => {
  assert.equal(
    prettyFormat(true)(record),
    `\u001b[2m${time}\u001b[0m \u001b[93mWRN\u001b[0m look here \u001b[2ma\u001b[0m="x y"`,
  )
})

test('prettyFormat: a terminal escape in the message → taken out', () => {
  assert.equal(prettyFormat(false)({ ...record, message: 'a\u001b[2Jb', fields: {} }), `${time} WRN a [2Jb`)
})
