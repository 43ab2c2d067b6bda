import assert from 'node:assert/strict'
import { test } from 'vitest'
import { systemError } from '../system-error.ts'
import { hasNoDirectorySync } from './directory-sync.ts'

const rows: readonly [code: string, platform: string, harmless: boolean][] = [
  ['EINVAL', 'linux', true],
  ['ENOTSUP', 'darwin', true],
  ['EOPNOTSUPP', 'linux', true],
  ['EISDIR', 'win32', true],
  ['EPERM', 'win32', true],
  ['EISDIR', 'linux', false],
  ['EPERM', 'linux', false],
  ['EIO', 'linux', false],
  ['EIO', 'win32', false],
  ['ENOENT', 'win32', false],
  ['ENOSPC', 'linux', false],
]

for (const [code, platform, harmless] of rows) {
  test(`hasNoDirectorySync: ${code} on ${platform} → ${harmless ? 'nothing to sync here' : 'a real failure'}`, () => {
    assert.equal(hasNoDirectorySync(systemError(code, 'fsync', '/d'), platform), harmless)
  })
}

test('hasNoDirectorySync: an error without a code → a real failure', () => {
  assert.equal(hasNoDirectorySync(new Error('x'), 'linux'), false)
})
