import assert from 'node:assert/strict'
import { test } from 'vitest'
import { AnswerFields } from './answer-fields.ts'

test('AnswerFields: known, absent and null fields, a transaction id beyond a double → read as Go does', () => {
  const fields = AnswerFields.parse(
    '{"status": "ok", "txid": 18446744073709551615, "list": [{"path": "/a"}], "no": null}',
  )
  assert.equal(fields.text('status'), 'ok')
  assert.equal(fields.integer('txid'), 18446744073709551615n)
  assert.deepEqual(
    fields.list('list').map((item) => item.text('path')),
    ['/a'],
  )
  assert.deepEqual([fields.text('no'), fields.integer('absent'), fields.list('absent')], ['', 0n, []])
})

test('AnswerFields: another shape → an error that names the field', () => {
  const fields = AnswerFields.parse('{"status": 1, "txid": 1.5, "list": {}, "minus": -1}')
  assert.throws(() => fields.text('status'), /status is no string/)
  assert.throws(() => fields.integer('txid'), /txid is no whole number/)
  assert.throws(() => fields.integer('minus'), /minus is no whole number/)
  assert.throws(() => fields.list('list'), /list is no list/)
  for (const text of ['[]', 'null', '3', '{"list": [1]}']) {
    assert.throws(() => AnswerFields.parse(text).list('list'), /no JSON object/, text)
  }
  assert.throws(() => AnswerFields.parse('<html>'), SyntaxError)
})
