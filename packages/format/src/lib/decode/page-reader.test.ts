import assert from 'node:assert/strict'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { ByteReader } from '../bytes/byte-reader.ts'
import { HEADER_BYTES } from '../constants.ts'
import { decodeHeader } from '../file/header.ts'
import { PackedIndex } from '../file/packed-index.ts'
import { withByte } from '../testing/break-file.ts'
import { encodeFileSpec, type FileSpec } from '../testing/file-spec.ts'
import { PageReader, type DecoderParts } from './page-reader.ts'

const spec: FileSpec = {
  pageSize: 512,
  commit: 2,
  minTXID: 1n,
  maxTXID: 1n,
  pages: [{ pageNumber: 1 }, { pageNumber: 2 }],
}

/** The parts as they are right after the header. */
function partsOf(file: Uint8Array): DecoderParts {
  const input = new ByteReader()
  input.push(file.subarray(HEADER_BYTES))
  return {
    header: decodeHeader(file),
    kernels: sharedKernels(),
    input,
    checksum: { value: 0n },
    index: new PackedIndex(),
  }
}

test('PageReader: pages → each once, noted in the index, then the end of the pages, consumed', () => {
  const file = encodeFileSpec(spec)
  const parts = partsOf(file)
  const reader = new PageReader(parts)
  const seen = [reader.next(), reader.next(), reader.next()].map((next) =>
    typeof next === 'string' ? next : next.pageNumber,
  )
  assert.deepEqual(seen, [1, 2, 'end of pages'])
  assert.equal(parts.index.count, 2)
  assert.equal(parts.input.position, file.length - HEADER_BYTES - 16 - 8 - parts.index.indexBytes)
})

test('PageReader: asked again while input is missing → nothing is consumed or counted', () => {
  const parts = partsOf(encodeFileSpec(spec).subarray(0, HEADER_BYTES + 30))
  const reader = new PageReader(parts)
  for (let i = 0; i < 3; i++) assert.equal(reader.next(), 'needs input')
  assert.equal(parts.input.position, 0)
  assert.equal(parts.index.count, 0)
})

test('PageReader: flags at the end of the pages → LTX_BAD_FIELD there', () => {
  const file = encodeFileSpec({ ...spec, minTXID: 2n, maxTXID: 2n, pages: [] })
  const reader = new PageReader(partsOf(withByte(file, HEADER_BYTES + 5, 1)))
  assert.throws(() => reader.next(), { code: 'LTX_BAD_FIELD', offset: 4 })
})

test('PageReader: database checksum → only of a full image whose checksums are tracked', () => {
  assert.equal(checksumOf(spec), null)
  assert((checksumOf({ ...spec, noChecksum: false }) ?? 0n) > 0n)
})

function checksumOf(of: FileSpec): bigint | null {
  const reader = new PageReader(partsOf(encodeFileSpec(of)))
  while (reader.next() !== 'end of pages');
  return reader.databaseChecksum
}
