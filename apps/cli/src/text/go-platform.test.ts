import assert from 'node:assert/strict'
import { test } from 'vitest'
import { goPlatform } from './go-platform.ts'

for (const [platform, architecture, shown] of [
  ['linux', 'x64', 'linux/amd64'],
  ['darwin', 'arm64', 'darwin/arm64'],
  ['win32', 'ia32', 'windows/386'],
  ['linux', 'riscv64', 'linux/riscv64'],
] as const) {
  test(`goPlatform: ${platform} on ${architecture} → ${shown}`, () =>
    assert.equal(goPlatform(platform, architecture), shown))
}
