import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatLocal } from '../text/rfc3339.ts'
import { jsonLine } from './json-format.ts'

const timestampMs = Date.parse('2026-01-02T03:04:05.678Z')

test('jsonLine: fields of each kind → one object in the order time, level, msg, fields; groups nested', () => {
  const line = jsonLine({
    timestampMs,
    level: 'error',
    message: 'it <failed>\n',
    fields: {
      'txid.min': '01',
      n: 1,
      'txid.max': '02',
      none: null,
      gone: undefined,
      error: new Error('EIO'),
    },
  })
  const time = formatLocal(timestampMs)
  assert.equal(
    line,
    `{"time":"${time}","level":"ERROR","msg":"it <failed>\\n","txid":{"min":"01","max":"02"},"n":1,"none":null,"error":"EIO"}`,
  )
})

test('jsonLine: a field and a group of one name → the later one', () => {
  const line = jsonLine({ timestampMs, level: 'info', message: 'm', fields: { a: 1, 'a.b': 2 } })
  assert.match(line, /"a":\{"b":2\}\}$/)
})

test('jsonLine: fields called like members of the line → apart from them', () => {
  const fields = { level: 9, db: 'a.db', 'source.file': 'x', msg: 'other' }
  const line = jsonLine({ timestampMs, level: 'info', message: 'm', fields })
  assert.match(
    line,
    /"level":"INFO","msg":"m","field":\{"level":9,"source":\{"file":"x"\},"msg":"other"\},"db":"a.db"\}$/,
  )
})
