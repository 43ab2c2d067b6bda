import assert from 'node:assert/strict'
import { createKernels } from '@ltx/kernels'
import { test } from 'vitest'
import { testSeed, withSeed } from '../../../test/seeded-random.ts'
import { CHECKSUM_FLAG } from '../constants.ts'
import type { FormatErrorCode } from '../errors.ts'
import {
  truncated,
  withBitFlipped,
  withByte,
  withBytes,
  withChecksumMended,
  withInserted,
  withoutBytes,
  withPagesSwapped,
} from '../testing/break-file.ts'
import { decodeFileSpec, encodeFileSpec, type FileSpec } from '../testing/file-spec.ts'
import { FileDecoder, type DecoderEvent } from './decoder.ts'

const spec: FileSpec = {
  pageSize: 512,
  commit: 9,
  minTXID: 3n,
  maxTXID: 4n,
  pages: [{ pageNumber: 2 }, { pageNumber: 5 }, { pageNumber: 9 }],
}
const file = encodeFileSpec(spec)
const trackedImage = encodeFileSpec({
  ...spec,
  commit: 2,
  minTXID: 1n,
  noChecksum: false,
  pages: [{ pageNumber: 1 }, { pageNumber: 2 }],
})

test('FileDecoder: many pages at once, byte by byte → each where it was wanted, none before the header, pulls in between', async () => {
  const decoder = new FileDecoder()
  const room = new Uint8Array(2 * 512)
  const numbers = new Uint32Array(9)
  const found: [number, Uint8Array][] = []
  const kinds: string[] = []
  for (const byte of file) {
    decoder.push(Uint8Array.of(byte))
    const count = await decoder.pullPages(room, numbers)
    for (let index = 0; index < count; index++) {
      found.push([numbers[index]!, room.slice(index * 512, (index + 1) * 512)])
    }
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) kinds.push(event.kind)
  }
  decoder.finishInput()
  assert.deepEqual(
    found,
    decodeFileSpec(file).pages.map(({ pageNumber, data }) => [pageNumber, data]),
  )
  assert.deepEqual(kinds, ['header', 'end'])
})

test('FileDecoder: an error among many pages → thrown again by every call', async () => {
  const decoder = new FileDecoder()
  decoder.push(withPagesSwapped(file, 0, 1))
  assert.equal(decoder.pull()?.kind, 'header')
  const pull = (): Promise<number> => decoder.pullPages(new Uint8Array(5 * 512), new Uint32Array(5))
  await assert.rejects(pull(), { code: 'LTX_PAGE_ORDER' })
  await assert.rejects(pull(), { code: 'LTX_PAGE_ORDER' })
  assert.throws(() => decoder.pull(), { code: 'LTX_PAGE_ORDER' })
})

/** Every event as a value, with the decoder fed `chunks`. */
function eventsOf(chunks: Iterable<Uint8Array>): DecoderEvent[] {
  const decoder = new FileDecoder()
  const events: DecoderEvent[] = []
  for (const chunk of chunks) {
    const lent = chunk.slice()
    decoder.push(lent)
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
      events.push(owned(event))
    }
    lent.fill(0xee)
  }
  decoder.finishInput()
  return events
}

function owned(event: DecoderEvent): DecoderEvent {
  if (event.kind !== 'page') return event
  return { ...event, data: event.data.slice(), frame: event.frame?.slice() ?? null }
}

test('FileDecoder: a file → header, pages with their frames, end', () => {
  const events = eventsOf([file])
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['header', 'page', 'page', 'page', 'end'],
  )
  const decoder = new FileDecoder({ kernels: createKernels() })
  decoder.push(file)
  decoder.finishInput()
  assert.equal(decoder.pull()?.kind, 'header')
})

test('FileDecoder: cut in two at any byte → the same events', () => {
  const whole = eventsOf([file])
  for (let at = 0; at <= file.length; at++) {
    assert.deepEqual(eventsOf([file.subarray(0, at), file.subarray(at)]), whole)
  }
})

test('FileDecoder: byte by byte → the same events', () => {
  assert.deepEqual(eventsOf(Array.from(file, (byte) => Uint8Array.of(byte))), eventsOf([file]))
})

test('FileDecoder: all pushed before the first pull → the same events', () => {
  const decoder = new FileDecoder()
  for (let at = 0; at < file.length; at += 100) decoder.push(file.subarray(at, at + 100))
  decoder.finishInput()
  const kinds: string[] = []
  for (let event = decoder.pull(); event !== null; event = decoder.pull()) kinds.push(event.kind)
  assert.deepEqual(kinds, ['header', 'page', 'page', 'page', 'end'])
})

test('FileDecoder: any file in any chunks → what was written', async () => {
  await withSeed(testSeed(), (random) => {
    for (let round = 0; round < 60; round++) {
      const pageSize = 512 << random.below(4)
      const commit = 1 + random.below(40)
      const isImage = random.below(2) === 0
      const isTracked = random.below(2) === 0
      const numbers = Array.from({ length: commit }, (_, i) => i + 1).filter(
        () => isImage || random.below(2) === 0,
      )
      const minTXID = isImage ? 1n : 2n + BigInt(random.below(1000))
      const of: FileSpec = {
        pageSize,
        commit,
        minTXID,
        maxTXID: minTXID + BigInt(random.below(5)),
        timestampMs: random.below(2 ** 31),
        noChecksum: !isTracked,
        preApplyChecksum: isTracked && !isImage ? CHECKSUM_FLAG | 3n : 0n,
        postApplyChecksum: isTracked && !isImage ? CHECKSUM_FLAG | 4n : undefined,
        pages: numbers.map((pageNumber) => {
          const data = new Uint8Array(pageSize)
          data.set(random.bytes(random.below(pageSize)))
          return { pageNumber, data }
        }),
      }
      const bytes = encodeFileSpec(of)
      const chunks: Uint8Array[] = []
      for (let at = 0; at < bytes.length;) {
        const next = at + random.below(2000)
        chunks.push(bytes.subarray(at, next))
        at = next
      }
      const pages = eventsOf(chunks).filter((event) => event.kind === 'page')
      assert.deepEqual(
        pages.map(({ pageNumber, data }) => ({ pageNumber, data })),
        of.pages,
      )
      assert.equal(decodeFileSpec(bytes).timestampMs, of.timestampMs)
    }
  })
})

const indexStart = file.length - 16 - 8 - 13 // three entries of four or five bytes, and the terminator
const broken: readonly [situation: string, Uint8Array, FormatErrorCode][] = [
  ['nothing', new Uint8Array(0), 'LTX_TRUNCATED'],
  ['a cut header', truncated(file, 99), 'LTX_TRUNCATED'],
  ['a cut page', truncated(file, 300), 'LTX_TRUNCATED'],
  ['the last byte missing', truncated(file, -1), 'LTX_TRUNCATED'],
  ['a byte after the end', Uint8Array.of(...file, 0), 'LTX_BAD_FIELD'],
  ['another magic', withByte(file, 0, 0x6c), 'LTX_BAD_MAGIC'],
  ['another time', withByte(file, 39, 1), 'LTX_CHECKSUM_MISMATCH'],
  ['another page size', withBytes(file, 8, [0, 0, 4, 0]), 'LTX_BAD_FIELD'],
  ['pages swapped', withPagesSwapped(file, 0, 1), 'LTX_PAGE_ORDER'],
  ['a page above the commit', withByte(file, 15, 8), 'LTX_PAGE_ORDER'],
  ['an unknown page flag', withByte(file, 105, 3), 'LTX_BAD_FIELD'],
  ['a frame larger than any', withByte(file, 107, 1), 'LTX_LIMIT_EXCEEDED'],
  ['a frame of 4 GiB', withBytes(file, 106, [255, 255, 255, 255]), 'LTX_LIMIT_EXCEEDED'],
  ['an index byte changed', withChecksumMended(withBitFlipped(file, indexStart, 0)), 'LTX_BAD_FIELD'],
  ['the index with one byte more', withChecksumMended(withInserted(file, indexStart, [1])), 'LTX_BAD_FIELD'],
  [
    'the index with one byte less',
    withChecksumMended(withoutBytes(file, indexStart, indexStart + 1)),
    'LTX_BAD_FIELD',
  ],
  ['another index size', withChecksumMended(withByte(file, file.length - 17, 1)), 'LTX_BAD_FIELD'],
  ['a huge index size', withChecksumMended(withByte(file, file.length - 24, 255)), 'LTX_BAD_FIELD'],
  ['a post-apply checksum', withChecksumMended(withByte(file, file.length - 16, 128)), 'LTX_BAD_FIELD'],
  ['another file checksum', withBitFlipped(file, file.length - 1, 0), 'LTX_CHECKSUM_MISMATCH'],
  ['a file checksum without its flag', withBitFlipped(file, file.length - 8, 7), 'LTX_CHECKSUM_MISMATCH'],
  [
    'another database checksum',
    withChecksumMended(withBitFlipped(trackedImage, trackedImage.length - 9, 0)),
    'LTX_BAD_FIELD',
  ],
]

for (const [situation, bytes, code] of broken) {
  test(`FileDecoder: ${situation} → ${code}`, () => {
    assert.throws(() => eventsOf([bytes]), { name: 'FormatError', code })
    assert.throws(() => decodeFileSpec(bytes), { name: 'FormatError', code })
  })
}

test('FileDecoder: after an error → every call throws the same one', () => {
  const decoder = new FileDecoder()
  decoder.push(withByte(file, 0, 0))
  let first: unknown
  try {
    decoder.pull()
  } catch (error) {
    first = error
  }
  for (const call of [() => decoder.pull(), () => decoder.push(file), () => decoder.finishInput()]) {
    assert.throws(call, (error) => error === first)
  }
})

test('FileDecoder: a byte in a chunk after the end → LTX_BAD_FIELD; an empty chunk → nothing', () => {
  const decoder = new FileDecoder()
  decoder.push(file)
  while (decoder.pull() !== null);
  decoder.push(new Uint8Array(0))
  assert.equal(decoder.pull(), null)
  assert.throws(() => decoder.push(Uint8Array.of(0)), { code: 'LTX_BAD_FIELD' })
})

test('FileDecoder: input after its end → TypeError', () => {
  const decoder = new FileDecoder()
  decoder.push(file)
  decoder.finishInput()
  assert.throws(() => decoder.push(file), TypeError)
})

test('FileDecoder: truncated → the error is where the bytes end', () => {
  assert.throws(() => eventsOf([truncated(file, 300)]), { code: 'LTX_TRUNCATED', offset: 300 })
})
