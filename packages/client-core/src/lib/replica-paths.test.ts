import assert from 'node:assert/strict'
import { test } from 'vitest'
import { key } from './conformance/material.ts'
import {
  checkLevel,
  compareFiles,
  describeFile,
  formatReplicaPath,
  levelDirectory,
  parseReplicaPath,
} from './replica-paths.ts'

const name = '0000000000000001-000000000000000a.ltx'

for (const [layout, level, path] of [
  ['decimal', 0, `ltx/0/${name}`],
  ['decimal', 9, `ltx/9/${name}`],
  ['hex', 0, `0000/${name}`],
  ['hex', 9, `0009/${name}`],
] as const) {
  test(`replica paths: ${layout}, level ${level} → ${path}, and back`, () => {
    const file = key(level, 1n, 10n)
    assert.equal(formatReplicaPath(layout, file), path)
    assert.deepEqual(parseReplicaPath(layout, path), file)
    assert.equal(path.startsWith(`${levelDirectory(layout, level)}/`), true)
  })
}

for (const path of [
  name,
  `/ltx/0/${name}`,
  `ltx/0//${name}`,
  `ltx/00/${name}`,
  `ltx/10/${name}`,
  `ltx/a/${name}`,
  `ltx/0/sub/${name}`,
  `0000/${name}`,
  `ltx/0/${name}.tmp`,
  `ltx/0/${name.toUpperCase()}`,
  'ltx/0/0000000000000000-0000000000000001.ltx',
  'ltx/0/0000000000000002-0000000000000001.ltx',
  'ltx/0/',
  '',
]) {
  test(`parseReplicaPath: ${path} in decimal → null`, () =>
    assert.equal(parseReplicaPath('decimal', path), null))
}

for (const path of [`000/${name}`, `00000/${name}`, `000A/${name}`, `000a/${name}`, `ltx/0/${name}`]) {
  test(`parseReplicaPath: ${path} in hex → null`, () => assert.equal(parseReplicaPath('hex', path), null))
}

test('checkLevel: 0 and 9 → fine, one past each → RangeError', () => {
  checkLevel(0)
  checkLevel(9)
  for (const level of [-1, 10, 0.5, Number.NaN]) assert.throws(() => checkLevel(level), RangeError)
})

test('compareFiles: by minTXID, then maxTXID → also beyond 2^53', () => {
  const high = 2n ** 63n
  const sorted = [key(0, 1n), key(0, 1n, 2n), key(0, 2n), key(0, high), key(0, high + 1n)]
  assert.deepEqual(sorted.toReversed().toSorted(compareFiles), sorted)
  assert.equal(compareFiles(key(0, high), key(1, high)), 0)
})

test('describeFile: a file → its level and name', () => {
  assert.equal(describeFile(key(9, 1n, 10n)), `level 9 file ${name}`)
})
