import assert from 'node:assert/strict'
import { test } from 'vitest'
import { redactUrl, redactUrls } from './redact-url.ts'

const rows: readonly [text: string, shown: string][] = [
  ['file:///backup/app', 'file:///backup/app'],
  ['/backup/app', '/backup/app'],
  ['sftp://user:secret@host:22/path', 'sftp://user:xxxxx@host:22/path'],
  ['sftp://user:se@cret@host/path', 'sftp://user:xxxxx@host/path'],
  ['sftp://user@host:22/path', 'sftp://user@host:22/path'],
  ['sftp://user:se/cr/et@host/path', 'sftp://user:xxxxx@host/path'],
  ['webdavs://host:443/a@b', 'webdavs://host:443/a@b'],
  ['s3://bucket/p?sseCustomerKey=abc&region=x&flag', 's3://bucket/p?sseCustomerKey=…&region=x&flag'],
  ['s3://b?part-size=5&endpoint=me:secret@host', 's3://b?part-size=5&endpoint=…'],
  ['NATS://token@host:4222/store', 'NATS://xxxxx@host:4222/store'],
  ['nats://user@host@host/store', 'nats://xxxxx@host/store'],
  ['abs://account@container/p', 'abs://account@container/p'],
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
