import assert from 'node:assert/strict'
import { sharedKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { ByteReader } from '../bytes/byte-reader.ts'
import { PAGE_HEADER_BYTES } from '../constants.ts'
import { decodeHeader } from '../file/header.ts'
import { PackedIndex } from '../file/packed-index.ts'
import { encodeFileSpec } from '../testing/file-spec.ts'
import { TailReader } from './tail-reader.ts'

const file = encodeFileSpec({ pageSize: 512, commit: 2, minTXID: 2n, maxTXID: 2n, pages: [] })
const tailStart = 100 + PAGE_HEADER_BYTES

test('TailReader: fed byte by byte → the trailer with the last one, not before', () => {
  const input = new ByteReader()
  const kernels = sharedKernels()
  const checksum = { value: kernels.crc64(0n, file.subarray(0, tailStart)) }
  const reader = new TailReader(
    { header: decodeHeader(file), kernels, input, checksum, index: new PackedIndex() },
    null,
  )
  for (let at = tailStart; at < file.length; at++) {
    assert.equal(reader.next(), null)
    input.push(file.subarray(at, at + 1))
  }
  assert.equal(reader.next()?.postApplyChecksum, 0n)
  assert(input.isEmpty)
})

test('TailReader: an index of other frames → LTX_BAD_FIELD at its first wrong byte', () => {
  const input = new ByteReader()
  input.push(file.subarray(tailStart))
  const index = new PackedIndex()
  index.append(1, 50)
  const parts = {
    header: decodeHeader(file),
    kernels: sharedKernels(),
    input,
    checksum: { value: 0n },
    index,
  }
  assert.throws(() => new TailReader(parts, null).next(), { code: 'LTX_BAD_FIELD', offset: 0 })
})
