import assert from 'node:assert/strict'
import { test } from 'vitest'
import { packageName } from './packed-program.ts'

test('packageName: tarballs → names of their packages; anything else → RangeError', () => {
  assert.equal(packageName('ltx-client-core-0.1.0.tgz'), '@ltx/client-core')
  assert.equal(packageName('ltx-cli-1.20.3-rc.1.tgz'), '@ltx/cli')
  assert.throws(() => packageName('notes.txt'), RangeError)
})
