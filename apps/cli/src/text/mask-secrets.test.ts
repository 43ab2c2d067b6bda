import assert from 'node:assert/strict'
import { test } from 'vitest'
import { maskCommand, maskPath, maskText } from './mask-secrets.ts'

for (const [text, shown] of [
  ['/data/app.db', '/data/app.db'],
  ['sftp://me:secret@host/a', 'sftp://me:xxxxx@host/a'],
  ['me:secret@host:22', 'me:xxxxx@host:22'],
  ['host:22', 'host:22'],
  ['/data/a:b@c', '/data/a:b@c'],
  ['127.0.0.1:9090', '127.0.0.1:9090'],
] as const) {
  test(`maskText: ${text} → ${shown}`, () => assert.equal(maskText(text), shown))
}

for (const [command, shown] of [
  ['app -addr :80', 'app -addr :80'],
  ['app --api-token=abc -v', 'app --api-token=xxxxx -v'],
  ['env PGPASSWORD=abc app', 'env PGPASSWORD=xxxxx app'],
  [`app --password 'a b' -x`, 'app --password xxxxx -x'],
  ['app -db postgres://me:abc@host/x', 'app -db postgres://me:xxxxx@host/x'],
] as const) {
  test(`maskCommand: ${command} → ${shown}`, () => assert.equal(maskCommand(command), shown))
}

for (const [url, shown] of [
  ['https://hc.example.com/ping/abc?x=1', 'https://hc.example.com/xxxxx'],
  ['https://hc.example.com?key=abc', 'https://hc.example.com/xxxxx'],
  ['https://me:abc@hc.example.com/', 'https://me:xxxxx@hc.example.com/'],
  ['hc.example.com/abc', 'hc.example.com/xxxxx'],
  ['', ''],
] as const) {
  test(`maskPath: ${url} → ${shown}`, () => assert.equal(maskPath(url), shown))
}
