import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatLocal } from '../text/rfc3339.ts'
import type { LogRecord } from './line-format.ts'
import { textLine } from './text-format.ts'

const timestampMs = Date.parse('2026-01-02T03:04:05.678Z')

const rows: readonly [situation: string, message: string, fields: LogRecord['fields'], tail: string][] = [
  ['one word', 'done', {}, 'msg=done'],
  ['several words', 'all done', {}, 'msg="all done"'],
  ['no words', '', {}, 'msg=""'],
  [
    'fields of each kind',
    'm',
    { a: 1, b: true, c: null, d: undefined, e: 'x' },
    'msg=m a=1 b=true c=<nil> e=x',
  ],
  ['an empty value', 'm', { level: '' }, 'msg=m level=""'],
  ['a value with = or quotes', 'm', { a: 'k=v', b: '"' }, 'msg=m a="k=v" b="\\""'],
  ['a backslash alone', 'm', { a: 'C:\\x' }, 'msg=m a=C:\\x'],
  ['a line end in a value', 'm', { a: 'x\ny' }, 'msg=m a="x\\ny"'],
  ['a terminal escape in a value', 'm', { a: '\u001b[2J' }, 'msg=m a="\\x1b[2J"'],
  [
    'an error with a cause',
    'm',
    { error: new Error('no', { cause: new Error('EIO') }) },
    'msg=m error="no: EIO"',
  ],
  ['a group', 'm', { 'txid.min': '01' }, 'msg=m txid.min=01'],
]
for (const [situation, message, fields, tail] of rows) {
  test(`textLine: ${situation} → ${tail}`, () => {
    const line = textLine({ timestampMs, level: 'warn', message, fields })
    assert.equal(line, `time=${formatLocal(timestampMs)} level=WARN ${tail}`)
  })
}
