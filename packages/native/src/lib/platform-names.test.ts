import assert from 'node:assert/strict'
import { test } from 'vitest'
import { platformNames } from './platform-names.ts'

const cases: readonly [platform: string, arch: string, names: readonly string[]][] = [
  ['linux', 'x64', ['linux-x64-gnu', 'linux-x64-musl']],
  ['linux', 'arm64', ['linux-arm64-gnu', 'linux-arm64-musl']],
  ['darwin', 'arm64', ['darwin-arm64']],
  ['win32', 'x64', ['win32-x64-msvc']],
]

for (const [platform, arch, names] of cases) {
  test(`platformNames: ${platform} on ${arch} → ${names.join(', then ')}`, () => {
    assert.deepEqual(platformNames(platform, arch), names)
  })
}
