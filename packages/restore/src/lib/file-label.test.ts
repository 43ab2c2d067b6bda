import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { fileLabel } from './file-label.ts'

test('fileLabel: a compaction → level and name', () => {
  assert.equal(fileLabel(fileInfo(2, 10, 255)), '2/000000000000000a-00000000000000ff.ltx')
})
