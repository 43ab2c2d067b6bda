import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkFileNames } from './check-file-names.ts'

const rows: readonly [file: string, fault: RegExp | null][] = [
  ['packages/x/src/lib/page-frame.ts', null],
  ['packages/x/src/lib/page-frame.hostile.test.ts', null],
  ['packages/x/src/index.ts', null],
  ['packages/x/src/lib/crc64.ts', null],
  ['packages/x/src/lib/utils.ts', /says nothing/],
  ['packages/x/src/lib/types.ts', /says nothing/],
  ['tools/x/src/helpers.test.ts', /says nothing/],
  ['packages/x/src/lib/pageFrame.ts', /kebab-case/],
  ['packages/x/src/lib/file/index.ts', /barrel/],
]

for (const [file, fault] of rows) {
  test(`checkFileNames: ${file} → ${fault === null ? 'nothing' : 'a finding'}`, () => {
    const found = checkFileNames(repositoryOf({ [file]: '' })).map((finding) => finding.message)
    if (fault === null) assert.deepEqual(found, [])
    else assert.match(found.join('\n'), fault)
  })
}
