import assert from 'node:assert/strict'
import { test } from 'vitest'
import { placeOf } from './errors.ts'

test('placeOf: a file and a line → as editors and terminals link it', () => {
  assert.equal(placeOf('/etc/litestream.yml', 12), '/etc/litestream.yml:12')
})
