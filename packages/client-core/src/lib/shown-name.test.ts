import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HIDDEN_NAME as HIDDEN, isPlainName, shownName } from './shown-name.ts'

for (const [text, shown] of [
  ['bucket', '"bucket"'],
  ['My.Bucket_1', '"My.Bucket_1"'],
  ['http:/localhost:9000', '"http:/localhost:9000"'],
  ['::1', HIDDEN],
  ['host:22', '"host:22"'],
  ['user:secret', HIDDEN],
  ['', '""'],
  ['user:secret@host', HIDDEN],
  ['bucket?key=secret', HIDDEN],
  ['user%3Asecret', HIDDEN],
  ['line\nbreak', HIDDEN],
  ['x'.repeat(101), HIDDEN],
] as const) {
  test(`shownName: ${JSON.stringify(text)} → ${shown}`, () => {
    assert.equal(shownName(text), shown)
    assert.equal(isPlainName(text), shown !== HIDDEN)
  })
}
