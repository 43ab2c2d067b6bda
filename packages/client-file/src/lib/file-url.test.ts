import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { pathFromFileUrl } from './file-url.ts'

for (const [url, path] of [
  ['file:///backup/app', '/backup/app'],
  ['FILE:///backup/app', '/backup/app'],
  ['file:///backup//x/../app/', '/backup/app/'],
  ['file:///a%20b', '/a%20b'],
  ['file:///a b', '/a%20b'],
  ['file:///a b%2fc', '/a%20b/c'],
  ['file:///a%2Fb', '/a%2Fb'],
  ['file:///caf\u{e9}', '/caf%C3%A9'],
  ['file:///a?b=c', '/a'],
  ['file:///a?b=c#d', '/a#d'],
  ['file:///a#d', '/a#d'],
  ['file:///a#', '/a'],
  ['file://a/b', '/a/b'],
  ['file://rel', '/rel'],
  ['file:///', '/'],
  ["file:///it's(fine)!*", "/it's(fine)!*"],
] as const) {
  test(`pathFromFileUrl: ${url} → ${path}`, () => {
    assert.equal(pathFromFileUrl(url).replace(/(?<=.)\/$/, ''), path.replace(/(?<=.)\/$/, ''))
  })
}

for (const url of [
  's3://bucket/x',
  '/backup/app',
  'file:/a',
  'file://',
  'file://me:pw@host/a',
  'file:///a%2',
  'file:///%zz',
]) {
  test(`pathFromFileUrl: ${url} → CLIENT_BAD_OPTIONS`, () => {
    assert.throws(
      () => pathFromFileUrl(url),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'),
    )
  })
}
