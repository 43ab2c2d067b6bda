import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readPlainly } from '../../test/plain-reader.ts'
import { readInChunks } from '../../test/read-in-chunks.ts'
import { truncated, withByte } from './break-bytes.ts'
import { buildWal, rechecksummed } from './build-wal.ts'
import { isWalError } from './errors.ts'
import { frameOffset } from './frame-offset.ts'
import { FrameReader, type FrameReaderStart } from './frame-reader.ts'
import { decodeWalHeader } from './wal-header.ts'

const wal = buildWal({
  pageSize: 512,
  transactions: [
    { pages: [{ pageNumber: 1 }, { pageNumber: 2 }], commit: 2 },
    { pages: [{ pageNumber: 3 }, { pageNumber: 2 }], commit: 3 },
  ],
})
const frame2 = frameOffset(2, 512)

const stops: readonly [situation: string, Uint8Array, reason: string, offset: number][] = [
  ['all of it', wal, 'end-of-input', frameOffset(4, 512)],
  ['a header alone', truncated(wal, 32), 'end-of-input', 32],
  ['cut in a frame header', truncated(wal, frame2 + 23), 'short-frame', frame2],
  ['cut in a page', truncated(wal, frame2 + 535), 'short-frame', frame2],
  ['salt-1 of an older generation', withByte(wal, frame2 + 11, 0), 'salt-mismatch', frame2],
  ['salt-2 of another', withByte(wal, frame2 + 15, 0), 'salt-mismatch', frame2],
  ['a page altered', withByte(wal, frame2 + 300, 0xff), 'checksum-mismatch', frame2],
  ['a commit altered', withByte(wal, frame2 + 7, 9), 'checksum-mismatch', frame2],
  ['page 0, checksums right', rechecksummed(withByte(wal, frame2 + 3, 0)), 'page-number', frame2],
  ['page 0, checksum wrong', withByte(wal, frame2 + 3, 0), 'page-number', frame2],
]

for (const [situation, bytes, reason, offset] of stops) {
  test(`FrameReader: ${situation} → stops with ${reason} at ${offset}`, () => {
    const found = readInChunks(bytes, [bytes.length])
    assert.deepEqual(found.stop, { reason, offset })
    assert.equal(found.frames.length, (offset - 32) / 536)
    assert.deepEqual(found, readPlainly(bytes))
  })
}

test('FrameReader: cut into chunks of every size → the same frames', () => {
  const whole = readPlainly(wal)
  for (let size = 1; size <= 1100; size++) assert.deepEqual(readInChunks(wal, [size]), whole)
})

for (const pageSize of [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536]) {
  for (const littleEndian of [true, false]) {
    test(`FrameReader: pages of ${pageSize}, ${littleEndian ? 'little' : 'big'}-endian → as the plain reader`, () => {
      const pages = [{ pageNumber: 0xffff_fffe }, { pageNumber: 1 }, { pageNumber: 2 }]
      const bytes = buildWal({ pageSize, littleEndian, transactions: [{ pages, commit: 0xffff_ffff }] })
      assert.deepEqual(readInChunks(bytes, [pageSize + 5, 17]), readPlainly(bytes))
    })
  }
}

function startOf(bytes: Uint8Array): FrameReaderStart {
  const result = decodeWalHeader(bytes)
  assert.ok(result.kind === 'header')
  return { header: result.header, offset: 32, seed: result.header.checksum }
}

test('FrameReader: stopped anywhere, gone on with offset and checksum by another → the same frames', () => {
  const whole = readPlainly(wal).frames
  for (let frames = 0; frames <= 4; frames++) {
    const first = new FrameReader(startOf(wal))
    first.push(wal.subarray(32, frameOffset(frames, 512)))
    let taken = 0
    while (first.next() !== null) taken++
    assert.equal(taken, frames)
    assert.equal(first.offset, frameOffset(frames, 512))
    const second = new FrameReader({
      header: startOf(wal).header,
      offset: first.offset,
      seed: first.checksum,
    })
    second.push(wal.subarray(first.offset))
    for (let frame = second.next(); frame !== null; frame = second.next()) {
      assert.deepEqual(frame.checksum, whole[taken++]?.checksum)
    }
    assert.equal(taken, 4)
  }
})

test('FrameReader: gone on with a wrong checksum → no frame', () => {
  const reader = new FrameReader({ ...startOf(wal), offset: frame2, seed: [1, 2] })
  reader.push(wal.subarray(frame2))
  assert.equal(reader.next(), null)
  assert.deepEqual(reader.stop, { reason: 'checksum-mismatch', offset: frame2 })
  assert.deepEqual(reader.checksum, [1, 2])
})

test('FrameReader: pushed in pieces → inputOffset says where the next byte comes from', () => {
  const reader = new FrameReader(startOf(wal))
  for (let at = 32; at < wal.length; at += 100) {
    assert.equal(reader.inputOffset, at)
    reader.push(wal.subarray(at, at + 100))
    while (reader.next() !== null) assert.ok(reader.offset <= reader.inputOffset)
  }
})

test('FrameReader: bytesMax inside a transaction → its commit is the last frame, and the page is there', () => {
  const reader = new FrameReader(startOf(wal), { bytesMax: 1 })
  reader.push(wal.subarray(32))
  assert.equal(reader.next()?.commit, 0)
  const last = reader.next()
  assert.equal(last?.commit, 2)
  assert.deepEqual(last?.page, wal.subarray(frameOffset(1, 512) + 24, frame2))
  assert.equal(reader.next(), null)
  assert.deepEqual(reader.stop, { reason: 'limit', offset: frame2 })
  reader.push(wal.subarray(0, 10)) // ignored from here on
  reader.finishInput()
  assert.deepEqual(reader.stop, { reason: 'limit', offset: frame2 })
})

test('FrameReader: no frame starts at the offset → WAL_BAD_OFFSET', () => {
  for (const offset of [0, 31, 33, 567, -504, NaN]) {
    assert.throws(
      () => new FrameReader({ ...startOf(wal), offset }),
      (error) => isWalError(error, 'WAL_BAD_OFFSET'),
    )
  }
})

test('FrameReader: pushed or finished before the frames were pulled → refused, nothing lost', () => {
  const reader = new FrameReader(startOf(wal))
  reader.push(wal.subarray(32))
  assert.throws(() => reader.push(wal.subarray(0, 1)))
  assert.throws(() => reader.finishInput())
  let frames = 0
  while (reader.next() !== null) frames++
  assert.equal(frames, 4)
})
