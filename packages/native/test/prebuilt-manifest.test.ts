import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { prebuiltManifest, withoutPrebuilt, withPrebuilt } from '../scripts/prebuilt-manifest.ts'
import { TARGETS } from '../scripts/targets.ts'
import { platformNames } from '../src/lib/platform-names.ts'

const main = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Record<
  string,
  unknown
>

for (const target of TARGETS) {
  test(`prebuiltManifest: ${target.platform} → the package and file that the loader looks for, on such machines only`, () => {
    assert.ok(platformNames(target.os, target.cpu).includes(target.platform))
    const manifest = prebuiltManifest(main, target)
    assert.equal(manifest['name'], `@ltx/native-${target.platform}`)
    assert.equal(manifest['version'], main['version'])
    assert.equal(manifest['main'], `ltx-native.${target.platform}.node`)
    assert.deepEqual(manifest['files'], [manifest['main']])
    assert.deepEqual([manifest['os'], manifest['cpu']], [[target.os], [target.cpu]])
    assert.deepEqual(manifest['libc'], target.libc === undefined ? undefined : [target.libc])
  })
}

test('withPrebuilt: two platforms → optional, of the very same version; taken back → as before', () => {
  const published = withPrebuilt(main, ['linux-x64-gnu', 'darwin-arm64'])
  assert.deepEqual(published['optionalDependencies'], {
    '@ltx/native-linux-x64-gnu': main['version'],
    '@ltx/native-darwin-arm64': main['version'],
  })
  assert.deepEqual(withoutPrebuilt(published), main)
})

test('package.json: in the repository → asks for nothing that is not in it', () => {
  assert.equal(main['optionalDependencies'], undefined)
})
