import assert from 'node:assert/strict'
import { test } from 'vitest'
import { expandPath, isReplicaUrl } from './expand-path.ts'

const io = { workingDirectory: '/srv/here', homeDirectory: () => '/home/someone' }

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
]
for (const [path, expanded] of rows) {
  test(`expandPath: ${path} → ${expanded}`, () => assert.equal(expandPath(path, io), expanded))
}

test('isReplicaUrl: a scheme → yes; a path or sqlite:// → no', () => {
  for (const text of ['file:///a', 's3://b/c', 'x://']) assert.equal(isReplicaUrl(text), true, text)
  for (const text of ['/a/b', 'a:/b', 'sqlite:///a', 'sqlite3://a', 'a b://c'])
    assert.equal(isReplicaUrl(text), false, text)
})
