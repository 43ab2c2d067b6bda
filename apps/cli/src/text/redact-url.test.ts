import assert from 'node:assert/strict'
import { test } from 'vitest'
import { redactUrl, redactUrls } from './redact-url.ts'

const rows: readonly [text: string, shown: string][] = [
  ['file:///backup/app', 'file:///backup/app'],
  ['/backup/app', '/backup/app'],
  ['sftp://user:secret@host:22/path', 'sftp://user:xxxxx@host:22/path'],
  ['sftp://user:se@cret@host/path', 'sftp://user:xxxxx@host/path'],
  ['sftp://user@host:22/path', 'sftp://user@host:22/path'],
  ['s3://bucket/p?sseCustomerKey=abc&region=x', 's3://bucket/p?sseCustomerKey=…&region=…'],
]
for (const [text, shown] of rows) {
  test(`redactUrl: ${text} → ${shown}`, () => assert.equal(redactUrl(text), shown))
}

test('redactUrls: a message with URLs in it → their secrets are hidden, the rest stays', () => {
  assert.equal(
    redactUrls('cannot reach sftp://me:secret@host/a "https://x/y?sig=abc" at 10:30'),
    'cannot reach sftp://me:xxxxx@host/a "https://x/y?sig=…" at 10:30',
  )
})
