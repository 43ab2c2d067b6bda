import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ControlError } from './control-error.ts'
import { RequestFields } from './request-fields.ts'

test('RequestFields: known fields in any case, unknown ones, null → read as Go does', () => {
  const fields = new RequestFields(
    '{"Path": "/a", "WAIT": true, "timeout": -3, "other": [1], "replica_url": null}',
  )
  assert.deepEqual(
    [fields.text('path'), fields.isOn('wait'), fields.integer('timeout'), fields.text('replica_url')],
    ['/a', true, -3, ''],
  )
  const empty = new RequestFields('null')
  assert.deepEqual([empty.text('path'), empty.isOn('wait'), empty.integer('timeout')], ['', false, 0])
})

const bad: readonly [body: string, details: RegExp][] = [
  ['', /^EOF$/],
  ['{"path":', /JSON/],
  ['[]', /expected an object/],
  ['"/a"', /expected an object/],
  ['{"path": 1}', /path: expected a string, found the number 1/],
  ['{"wait": "yes"}', /wait: expected a boolean, found a value of type string/],
  ['{"timeout": 1.5}', /timeout: expected an integer, found the number 1.5/],
  ['{"timeout": [1]}', /timeout: expected an integer, found an array/],
]
for (const [body, details] of bad) {
  test(`RequestFields: ${body === '' ? 'nothing' : body} → 400 with ${details}`, () => {
    assert.throws(
      () => {
        const fields = new RequestFields(body)
        fields.text('path')
        fields.isOn('wait')
        fields.integer('timeout')
      },
      (error) =>
        error instanceof ControlError &&
        error.status === 400 &&
        error.message === 'invalid request body' &&
        details.test(error.details ?? ''),
    )
  })
}
