import assert from 'node:assert/strict'
import { test } from 'vitest'
import { expandPath, isReplicaUrl } from './expand-path.ts'

const io = {
  workingDirectory: '/srv/here',
  homeDirectory: () => '/home/someone',
  platform: 'linux' as const,
}
const windows = {
  workingDirectory: 'D:\\srv\\here',
  homeDirectory: () => 'C:\\Users\\someone',
  platform: 'win32' as const,
}

const rows: readonly [path: string, expanded: string][] = [
  ['app.db', '/srv/here/app.db'],
  ['./a/../app.db', '/srv/here/app.db'],
  ['/srv//app.db/', '/srv/app.db'],
  ['~', '/home/someone'],
  ['~/app.db', '/home/someone/app.db'],
  ['~/a/', '/home/someone/a'],
  ['~/../x', '/home/x'],
  ['~other/app.db', '/srv/here/~other/app.db'],
  ['sqlite:///srv/app.db', '/srv/app.db'],
  ['sqlite3://app.db', '/srv/here/app.db'],
  ['sqlite://~/app.db', '/home/someone/app.db'],
  ['C:\\data\\app.db', '/srv/here/C:\\data\\app.db'],
  ['/C:/data/app.db', '/C:/data/app.db'],
]
for (const [path, expanded] of rows) {
  test(`expandPath: ${path} → ${expanded}`, () => assert.equal(expandPath(path, io), expanded))
}

const windowsRows: readonly [path: string, expanded: string][] = [
  ['app.db', 'D:\\srv\\here\\app.db'],
  ['.\\a\\..\\app.db', 'D:\\srv\\here\\app.db'],
  ['a/b.db', 'D:\\srv\\here\\a\\b.db'],
  ['C:\\data\\app.db', 'C:\\data\\app.db'],
  ['C:/data/app.db', 'C:\\data\\app.db'],
  ['c:\\data\\..\\app.db', 'c:\\app.db'],
  ['\\data\\app.db', 'D:\\data\\app.db'],
  ['/data/app.db', 'D:\\data\\app.db'],
  ['\\\\server\\share\\app.db', '\\\\server\\share\\app.db'],
  ['~', 'C:\\Users\\someone'],
  ['~\\app.db', 'C:\\Users\\someone\\app.db'],
  ['~/a/', 'C:\\Users\\someone\\a'],
  ['~\\..\\x', 'C:\\Users\\x'],
  ['~/../../', 'C:\\'],
  ['~other\\app.db', 'D:\\srv\\here\\~other\\app.db'],
  ['sqlite:///C:/data/app.db', 'C:\\data\\app.db'],
  ['sqlite://C:\\data\\app.db', 'C:\\data\\app.db'],
  ['/C:/data', 'C:\\data'],
]
for (const [path, expanded] of windowsRows) {
  test(`expandPath, on Windows: ${path} → ${expanded}`, () =>
    assert.equal(expandPath(path, windows), expanded))
}

test('isReplicaUrl: a scheme → yes; a path, a drive or sqlite:// → no', () => {
  for (const text of ['file:///a', 's3://b/c', 'xy://']) assert.equal(isReplicaUrl(text), true, text)
  for (const text of [
    '/a/b',
    'a:/b',
    'C:\\b',
    'C://b',
    'sqlite:///a',
    'sqlite:///C:/a',
    'sqlite3://a',
    'a b://c',
  ])
    assert.equal(isReplicaUrl(text), false, text)
})
