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
  ['s3://b?part-size=5&endpoint=me:secret@host', 's3://b?part-size=5&endpoint=me:xxxxx'],
  ['NATS://token@host:4222/store', 'NATS://xxxxx@host:4222/store'],
  ['nats://user@host@host/store', 'nats://xxxxx@host/store'],
  ['abs://account@container/p', 'abs://account@container/p'],
  ['sftp://u:SEC RET@h/x', 'sftp://u:xxxxx@h/x'],
  ['sftp://u:SEC?RET@h/x', 'sftp://u:xxxxx@h/x'],
  ['sftp://u:SEC#RE/T@h/x', 'sftp://u:xxxxx@h/x'],
  ['sftp://u%3ASECRET@h/x', 'sftp://u:xxxxx@h/x'],
  ['//u:SECRET@h/x', '//u:xxxxx@h/x'],
  ['//SECRET@h/x', '//xxxxx@h/x'],
  ['sftp//u:SECRET@h/x', 'sftp//u:xxxxx@h/x'],
  ['sftp:/u:SECRET@h/x', 'sftp:xxxxx@h/x'],
  ['sftp:u:SECRET@h/x', 'sftp:xxxxx@h/x'],
  ['u:SEC//RET@h/x', 'u:xxxxx@h/x'],
  ['s f://u:SECRET@h/x', 's f:xxxxx@h/x'],
  ['sftp://[::1]:22/a@b', 'sftp://[::1]:22/a@b'],
  ['s3://b/p?sig%3DSECRET', 's3://b/p?sig=…'],
  ['s3://b/p?sig=SEC#RET', 's3://b/p?sig=…'],
  ['https://h?key=@SECRET', 'https://xxxxx'],
  ['s3://b/p?flag&SEC/RET', 's3://b/p?flag&…'],
  ['file:///backup/a#b', 'file:///backup/a#b'],
  ['/backup/a:b@c', '/backup/a:b@c'],
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

test('redactUrls: a password with blanks, and no scheme → hidden all the same', () => {
  assert.equal(
    redactUrls('cannot read "sftp://me:a secret "one"@host/a", nor //me:secret@host/b'),
    'cannot read "sftp://me:xxxxx@host/a", nor //me:xxxxx@host/b',
  )
})

test('redactUrls: paths with two slashes, addresses of mail → as they are', () => {
  const text = 'cannot open /data//a@b: ask me@host, 10:30'
  assert.equal(redactUrls(text), text)
})
