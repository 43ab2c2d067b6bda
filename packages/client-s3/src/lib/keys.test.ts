import assert from 'node:assert/strict'
import { test } from 'vitest'
import { key } from '../../test/material.ts'
import { levelPrefix, objectKey, parseObjectKey } from './keys.ts'

const NAME = '0000000000000001-000000000000000a.ltx'
const rows: readonly [root: string, level: number, objectKey: string][] = [
  ['p/q/', 0, `p/q/0000/${NAME}`],
  ['p/', 9, `p/0009/${NAME}`],
  ['/', 0, `/0000/${NAME}`],
  ['./', 1, `./0001/${NAME}`],
  ['foo//', 0, `foo//0000/${NAME}`],
  ['/foo/', 0, `/foo/0000/${NAME}`],
]

for (const [root, level, expected] of rows) {
  test(`objectKey: below ${root} → ${expected}, and back`, () => {
    const file = key(level, 1n, 10n)
    assert.equal(objectKey({ root }, file), expected)
    assert.deepEqual(parseObjectKey({ root }, expected), file)
    assert.ok(expected.startsWith(levelPrefix({ root }, level)))
  })
}

test('parseObjectKey: keys of others → null', () => {
  for (const other of [
    `q/0000/${NAME}`,
    `p/ltx/0/${NAME}`,
    `p/0000/x/${NAME}`,
    `p/0000/${NAME}.tmp`,
    'p/lock.json',
    `p/000a/${NAME}`,
  ]) {
    assert.equal(parseObjectKey({ root: 'p/' }, other), null, other)
  }
})
