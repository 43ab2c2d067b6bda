import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { BrokenFile } from './broken-file.ts'

test('BrokenFile: made without options → not missing, no cause', () => {
  const broken = new BrokenFile(fileInfo(0, 1, 1), 'bad')
  assert.equal(broken.isMissing, false)
  assert.equal('cause' in broken, false)
})

test('BrokenFile: a missing file with its cause → both are kept', () => {
  const cause = new Error('404')
  const broken = new BrokenFile(fileInfo(0, 1, 1), 'gone', { cause, isMissing: true })
  assert.equal(broken.isMissing, true)
  assert.equal(broken.cause, cause)
})
