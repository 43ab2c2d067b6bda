import assert from 'node:assert/strict'
import { createKernels } from '@ltx/kernels'
import { lockPageNumber } from '@ltx/wal'
import { test } from 'vitest'
import { DatabaseChecksum } from '../checksum/database-checksum.ts'
import { CHECKSUM_FLAG } from '../constants.ts'
import { FileDecoder } from '../decode/decoder.ts'
import { createHeader, type Header } from '../file/header.ts'
import { toTxid } from '../ids/txid.ts'
import { decodeFileSpec, encodeFileSpec } from '../testing/file-spec.ts'
import { patternedPage } from '../testing/patterned-page.ts'
import { FileEncoder } from './encoder.ts'

function header(minTXID: bigint, commit: number, fields: Partial<Header> = {}): Header {
  const ids = { minTXID: toTxid(minTXID), maxTXID: toTxid(9n), timestampMs: 0 }
  return createHeader({ pageSize: 512, commit, ...ids, ...fields })
}

const page = (pageNumber: number): Uint8Array => patternedPage(512, pageNumber)
const TRACKED = { noChecksum: false, preApplyChecksum: CHECKSUM_FLAG | 7n }

test('FileEncoder: bytes lent after each page and at the end → the same file as taken at once', () => {
  const whole = new FileEncoder(header(1n, 3))
  const lending = new FileEncoder(header(1n, 3))
  const lent: number[] = []
  for (const pageNumber of [1, 2, 3]) {
    whole.writePage(pageNumber, page(pageNumber))
    lending.writePage(pageNumber, page(pageNumber))
    lent.push(...lending.lend())
    assert.equal(lending.pendingBytes, 0)
  }
  whole.finish()
  lending.finish()
  lent.push(...lending.lend())
  assert.equal(lending.pendingBytes, 0)
  assert.deepEqual(Uint8Array.from(lent), whole.take())
})

test('FileEncoder: pages taken piece by piece → the same file as taken at once', () => {
  const whole = new FileEncoder(header(1n, 3))
  const pieces = new FileEncoder(header(1n, 3), { kernels: createKernels() })
  const taken: number[] = []
  for (const pageNumber of [1, 2, 3]) {
    whole.writePage(pageNumber, page(pageNumber))
    pieces.writePage(pageNumber, page(pageNumber))
    taken.push(...pieces.take())
    assert.equal(pieces.pendingBytes, 0)
    assert.equal(pieces.bytesWritten, taken.length)
  }
  assert.deepEqual(whole.finish(), pieces.finish())
  while (pieces.pendingBytes > 0) taken.push(...pieces.take(1))
  const file = whole.take()
  assert.deepEqual(Uint8Array.from(taken), file)
  assert.equal(whole.bytesWritten, file.length)
  assert.equal(whole.pendingBytes, 0)
  assert.deepEqual(
    decodeFileSpec(file).pages.map(({ data }) => data),
    [1, 2, 3].map(page),
  )
})

test('FileEncoder: a long index taken in pieces → no piece much longer than wanted', () => {
  const encoder = new FileEncoder(header(2n, 20_000))
  for (let pageNumber = 1; pageNumber <= 20_000; pageNumber++)
    encoder.writePage(pageNumber, new Uint8Array(512))
  const chunks = [encoder.take()]
  encoder.finish()
  while (encoder.pendingBytes > 0) {
    const pending = encoder.pendingBytes
    const chunk = encoder.take(1000)
    assert.equal(encoder.pendingBytes, pending - chunk.length)
    assert(chunk.length > 0 && chunk.length < 20_000)
    chunks.push(chunk)
  }
  const file = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))
  assert.equal(file.length, encoder.bytesWritten)
  assert.equal(decodeFileSpec(file).pages.length, 20_000)
})

test('FileEncoder: a full image with tracked checksums → knows its own post-apply checksum', () => {
  const expected = new DatabaseChecksum()
  const encoder = new FileEncoder(header(1n, 2, { noChecksum: false }))
  for (const pageNumber of [1, 2]) {
    encoder.writePage(pageNumber, page(pageNumber))
    expected.toggle(pageNumber, page(pageNumber))
  }
  assert.throws(() => encoder.finish(expected.value ^ 1n), RangeError)
  assert.equal(encoder.finish().postApplyChecksum, expected.value)
  assert.equal(decodeFileSpec(encoder.take()).postApplyChecksum, expected.value)
})

test('FileEncoder: tracked checksums, not a full image → post-apply checksum is required', () => {
  const encoder = new FileEncoder(header(2n, 2, TRACKED))
  encoder.writePage(2, page(2))
  assert.throws(() => encoder.finish(), RangeError)
  assert.throws(() => encoder.finish(5n), RangeError)
  encoder.finish(CHECKSUM_FLAG | 5n)
  assert.equal(decodeFileSpec(encoder.take()).postApplyChecksum, CHECKSUM_FLAG | 5n)
})

test('FileEncoder: an emptied database → no pages, the checksum of nothing', () => {
  const encoder = new FileEncoder(header(2n, 0, TRACKED))
  assert.throws(() => encoder.writePage(1, page(1)), RangeError)
  assert.equal(encoder.finish().postApplyChecksum, CHECKSUM_FLAG)
  assert.deepEqual(decodeFileSpec(encoder.take()).pages, [])
})

test('FileEncoder: untracked checksums → a post-apply checksum is refused', () => {
  const encoder = new FileEncoder(header(2n, 2))
  assert.throws(() => encoder.finish(CHECKSUM_FLAG), RangeError)
  assert.equal(encoder.finish(0n).postApplyChecksum, 0n)
})

test('FileEncoder: a page that may not come → RangeError, and the file goes on as if nothing was', () => {
  const encoder = new FileEncoder(header(2n, 9))
  encoder.writePage(3, page(3))
  for (const pageNumber of [0, -1, 2, 3, 3.5, 10, Number.NaN]) {
    assert.throws(() => encoder.writePage(pageNumber, page(3)), RangeError)
  }
  assert.throws(() => encoder.writePage(4, new Uint8Array(511)), RangeError)
  encoder.writePage(9, page(9))
  encoder.finish()
  assert.deepEqual(
    decodeFileSpec(encoder.take()).pages.map(({ pageNumber }) => pageNumber),
    [3, 9],
  )
})

test('FileEncoder: the lock page → RangeError', () => {
  const lock = lockPageNumber(65_536)
  const encoder = new FileEncoder(header(2n, lock + 1, { pageSize: 65_536 }))
  assert.throws(() => encoder.writePage(lock, new Uint8Array(65_536)), RangeError)
})

test('FileEncoder: a full image with pages missing → finish refuses until they are there', () => {
  const encoder = new FileEncoder(header(1n, 2))
  encoder.writePage(1, page(1))
  assert.throws(() => encoder.finish(), RangeError)
  encoder.writePage(2, page(2))
  encoder.finish()
  assert.equal(decodeFileSpec(encoder.take()).pages.length, 2)
})

test('FileEncoder: after finish → every further call is a TypeError', () => {
  const encoder = new FileEncoder(header(2n, 2))
  encoder.finish()
  assert.throws(() => encoder.writePage(1, page(1)), TypeError)
  assert.throws(() => encoder.finish(), TypeError)
})

test('FileEncoder.copyFrame: frames of another file → the same frames and the same checksum', () => {
  const file = encodeFileSpec({
    pageSize: 512,
    commit: 9,
    minTXID: 2n,
    maxTXID: 9n,
    pages: [{ pageNumber: 2 }, { pageNumber: 7 }],
  })
  const decoder = new FileDecoder()
  decoder.push(file)
  const encoder = new FileEncoder(header(2n, 9))
  for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
    if (event.kind === 'page' && event.frame !== null) encoder.copyFrame(event.frame, event.data)
  }
  encoder.finish()
  assert.deepEqual(encoder.take(), file)
})

test('FileEncoder.copyFrame: anything but one frame of block format → RangeError', () => {
  const source = new FileEncoder(header(2n, 9))
  source.writePage(1, page(1))
  const frame = source.take().slice(100)
  const encoder = new FileEncoder(header(2n, 9))
  const oldFlag = frame.slice()
  oldFlag[5] = 0
  const unknownFlag = frame.slice()
  unknownFlag[5] = 3
  const broken = [
    frame.subarray(0, -1),
    Uint8Array.of(...frame, 0),
    frame.subarray(0, 10),
    oldFlag,
    unknownFlag,
  ]
  for (const bytes of broken) assert.throws(() => encoder.copyFrame(bytes, page(1)), RangeError)
  assert.throws(() => encoder.copyFrame(frame, new Uint8Array(1024)), RangeError)
  encoder.copyFrame(frame, page(1))
  assert.throws(() => encoder.copyFrame(frame, page(1)), RangeError)
})

test('FileEncoder: a header that may not be written → FormatError', () => {
  const wrong = { ...header(2n, 9), walOffset: -1n }
  assert.throws(() => new FileEncoder(wrong), { name: 'FormatError', code: 'LTX_BAD_FIELD' })
})
