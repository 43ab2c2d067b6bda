import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { isFormatError } from '@ltx/format'
import { encodeFileSpec, patternedPage, withByte } from '@ltx/format/testing'
import { test } from 'vitest'
import { readLocalFile } from './read-local-file.ts'

const PAGES = 700
const file = encodeFileSpec({
  pageSize: 4096,
  commit: PAGES,
  minTXID: 1n,
  maxTXID: 1n,
  timestampMs: 0,
  pages: Array.from({ length: PAGES }, (_, index) => ({
    pageNumber: index + 1,
    data: patternedPage(4096, index + 1),
  })),
})

function read(bytes: Uint8Array): number[] {
  const { blockingFiles } = simEnv({ seed: 1 })
  {
    using handle = blockingFiles.open('/f', 'create')
    handle.write(bytes, 0)
  }
  const pages: number[] = []
  for (const event of readLocalFile(blockingFiles, '/f'))
    if (event.kind === 'page') pages.push(event.pageNumber)
  return pages
}

test('readLocalFile: a whole file → every page', () => assert.equal(read(file).length, PAGES))

test('readLocalFile: cut, or with a wrong byte anywhere → FormatError', () => {
  for (const length of [0, 50, 1000, file.length - 1]) {
    assert.throws(
      () => read(file.subarray(0, length)),
      (error) => isFormatError(error),
    )
  }
  for (let at = 0; at < file.length; at += 9973) {
    assert.throws(
      () => read(withByte(file, at, (file[at] ?? 0) ^ 0x55)),
      (error) => isFormatError(error),
      `byte ${at}`,
    )
  }
})
