import assert from 'node:assert/strict'
import { test } from 'vitest'
import { maskCommand, maskPath, maskText, maskUnreadable } from './mask-secrets.ts'

for (const [text, shown] of [
  ['/data/app.db', '/data/app.db'],
  ['sftp://me:secret@host/a', 'sftp://me:xxxxx@host/a'],
  ['me:secret@host:22', 'me:xxxxx@host:22'],
  ['host:22', 'host:22'],
  ['/data/a:b@c', '/data/a:b@c'],
  ['127.0.0.1:9090', '127.0.0.1:9090'],
  ['me:se cret@host:22', 'me:xxxxx@host:22'],
  ['C:\\data\\a@b', 'C:\\data\\a@b'],
] as const) {
  test(`maskText: ${text} → ${shown}`, () => assert.equal(maskText(text), shown))
}

for (const [command, shown] of [
  ['app', 'app'],
  ['app -addr :80', 'app xxxxx'],
  ['app -p abc', 'app xxxxx'],
  ['env PGPASSWORD=abc app', 'env xxxxx'],
  ['PGPASSWORD=abc app', 'PGPASSWORD=xxxxx xxxxx'],
  ['\n app\n-p\nabc', 'app xxxxx'],
] as const) {
  test(`maskCommand: ${JSON.stringify(command)} → ${shown}`, () => assert.equal(maskCommand(command), shown))
}

for (const [url, shown] of [
  ['//me:secret@host/a', 'xxxxx@host/a'],
  ['/me:secret@host/a', 'xxxxx@host/a'],
  ['backup/app', 'backup/app'],
  ['host/app?sig=abc', 'host/app?sig=…'],
] as const) {
  test(`maskUnreadable: ${url} → ${shown}`, () => assert.equal(maskUnreadable(url), shown))
}

for (const [url, shown] of [
  ['https://hc.example.com/ping/abc?x=1', 'https://hc.example.com/xxxxx'],
  ['https://hc.example.com?key=abc', 'https://hc.example.com/xxxxx'],
  ['https://me:abc@hc.example.com/', 'https://me:xxxxx@hc.example.com/'],
  ['https://me:a/bc@hc.example.com/', 'https://me:xxxxx@hc.example.com/'],
  ['https:\\\\hc.example.com\\abc', 'https:/xxxxx'],
  ['hc.example.com/abc', 'hc.example.com/xxxxx'],
  ['', ''],
] as const) {
  test(`maskPath: ${url} → ${shown}`, () => assert.equal(maskPath(url), shown))
}
