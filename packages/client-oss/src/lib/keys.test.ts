import assert from 'node:assert/strict'
import { test } from 'vitest'
import { key } from '../../test/material.ts'
import { levelPrefix, objectKey, parseObjectKey } from './keys.ts'

const NAME = '0000000000000001-000000000000000a.ltx'
const file = key(9, 1n, 10n)

for (const root of ['p/q/', '/', './', 'foo//', '/foo/']) {
  test(`keys: below ${root} → as Litestream has them, and back`, () => {
    assert.equal(objectKey({ root }, file), `${root}0009/${NAME}`)
    assert.equal(levelPrefix({ root }, 9), `${root}0009/`)
    assert.deepEqual(parseObjectKey({ root }, `${root}0009/${NAME}`), file)
    assert.equal(parseObjectKey({ root }, `x${root}0009/${NAME}`), null)
    assert.equal(parseObjectKey({ root }, `${root}9/${NAME}`), null)
    assert.equal(parseObjectKey({ root }, `${root}0009/x/${NAME}`), null)
  })
}
