import assert from 'node:assert/strict'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources } from '../../test/array-source.ts'
import { MergeInput } from './merge-input.ts'
import { SourceReader } from './source-reader.ts'

const pages = [{ pageNumber: 2 }, { pageNumber: 5 }]
const file = encodeFileSpec({ pageSize: 512, commit: 9, minTXID: 2n, maxTXID: 3n, pages })

function inputOf(bytes: Uint8Array, chunkBytes: number): MergeInput {
  return new MergeInput(
    4,
    'some file',
    new SourceReader(new ArraySources(chunkBytes).of(bytes).open(), undefined),
    {},
  )
}

for (const chunkBytes of [1, 7, 10_000]) {
  test(`MergeInput: chunks of ${chunkBytes} bytes → header, each page, and no page at the verified end`, async () => {
    const input = inputOf(file, chunkBytes)
    assert.equal((await input.readHeader()).maxTXID, 3n)
    assert.equal(await input.readHeader(), await input.readHeader())
    const pageNumber = (): number | null => input.page?.pageNumber ?? null
    assert.equal(pageNumber(), null)
    for (const page of pages) {
      await input.advance() // oxlint-disable-line no-await-in-loop
      assert.equal(pageNumber(), page.pageNumber)
    }
    await input.advance()
    assert.equal(pageNumber(), null)
    await input.advance()
    assert.equal(pageNumber(), null)
  })
}

test('MergeInput: bytes at hand → tryAdvance needs no wait up to the last page', async () => {
  const input = inputOf(file, 10_000)
  await input.readHeader()
  assert(input.tryAdvance() && input.tryAdvance())
  assert.equal(input.tryAdvance(), false)
})

test('MergeInput: a broken file → COMPACT_CORRUPT with name, index and the decoder’s error', async () => {
  const input = inputOf(file.subarray(0, -1), 100)
  await input.readHeader()
  await input.advance()
  await input.advance()
  await assert.rejects(input.advance(), {
    name: 'CompactorError',
    code: 'COMPACT_CORRUPT',
    inputIndex: 4,
    message: /^COMPACT_CORRUPT: some file: LTX_TRUNCATED/,
  })
})
