import assert from 'node:assert/strict'
import { decodeFileSpec, encodeFileSpec, type FileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { ArraySources, collected } from '../../test/array-source.ts'
import type { CompactorErrorCode } from './errors.ts'
import { mergeFiles } from './merge-files.ts'

const sources = new ArraySources()

function page(fill: number, pageSize: number = 512): Uint8Array {
  return new Uint8Array(pageSize).fill(fill)
}

type Spec = Partial<FileSpec> & Pick<FileSpec, 'minTXID' | 'maxTXID' | 'commit'>

/** `fills` gives a page's number and the byte it is full of. */
function file(spec: Spec, fills: Readonly<Record<number, number>>): Uint8Array {
  const pageSize = spec.pageSize ?? 512
  const pages = Object.entries(fills).map(([number, fill]) => ({
    pageNumber: Number(number),
    data: page(fill, pageSize),
  }))
  return encodeFileSpec({ ...spec, pageSize, pages })
}

async function merged(...files: readonly Uint8Array[]): Promise<ReturnType<typeof decodeFileSpec>> {
  const { bytes } = await collected(mergeFiles(files.map((each) => sources.of(each))))
  return decodeFileSpec(bytes)
}

function fillsOf(spec: ReturnType<typeof decodeFileSpec>): Record<number, number> {
  return Object.fromEntries(
    spec.pages.map(({ pageNumber, data }) => {
      assert.deepEqual(data, page(data[0]!, spec.pageSize))
      return [pageNumber, data[0]!]
    }),
  )
}

const image = file({ minTXID: 1n, maxTXID: 4n, commit: 3 }, { 1: 1, 2: 1, 3: 1 })
const rows: readonly [situation: string, files: readonly Uint8Array[], fills: Record<number, number>][] = [
  ['one file', [file({ minTXID: 2n, maxTXID: 2n, commit: 9 }, { 4: 1 })], { 4: 1 }],
  [
    'two versions of a page',
    [
      file({ minTXID: 2n, maxTXID: 2n, commit: 9 }, { 1: 1, 4: 1 }),
      file({ minTXID: 3n, maxTXID: 3n, commit: 9 }, { 4: 2, 9: 2 }),
    ],
    { 1: 1, 4: 2, 9: 2 },
  ],
  [
    'three versions, the middle file without it',
    [
      file({ minTXID: 2n, maxTXID: 2n, commit: 9 }, { 4: 1, 5: 1 }),
      file({ minTXID: 3n, maxTXID: 3n, commit: 9 }, { 5: 2 }),
      file({ minTXID: 4n, maxTXID: 4n, commit: 9 }, { 4: 3 }),
    ],
    { 4: 3, 5: 2 },
  ],
  [
    'an image and a change',
    [image, file({ minTXID: 5n, maxTXID: 5n, commit: 3 }, { 2: 2 })],
    { 1: 1, 2: 2, 3: 1 },
  ],
  [
    'an image and growth',
    [image, file({ minTXID: 5n, maxTXID: 5n, commit: 4 }, { 4: 2 })],
    { 1: 1, 2: 1, 3: 1, 4: 2 },
  ],
  ['an image and a shrink', [image, file({ minTXID: 5n, maxTXID: 5n, commit: 2 }, { 1: 2 })], { 1: 2, 2: 1 }],
  [
    'overlapping ranges',
    [image, file({ minTXID: 3n, maxTXID: 5n, commit: 3 }, { 3: 2 })],
    { 1: 1, 2: 1, 3: 2 },
  ],
  ['no pages at all', [file({ minTXID: 2n, maxTXID: 2n, commit: 9 }, {})], {}],
  [
    'a shrink and growth again',
    [
      file({ minTXID: 2n, maxTXID: 2n, commit: 9 }, { 9: 1 }),
      file({ minTXID: 3n, maxTXID: 3n, commit: 5 }, { 1: 2 }),
      file({ minTXID: 4n, maxTXID: 4n, commit: 9 }, { 6: 3, 7: 3, 8: 3, 9: 3 }),
    ],
    { 1: 2, 6: 3, 7: 3, 8: 3, 9: 3 },
  ],
]

for (const [situation, files, fills] of rows) {
  test(`mergeFiles: ${situation} → the newest of each page`, async () => {
    assert.deepEqual(fillsOf(await merged(...files)), fills)
  })
}

test('mergeFiles: files with every header field set → first min, last max, commit and time, no checksums', async () => {
  const wal = { walOffset: 4152n, walSize: 99n, walSalt1: 7, walSalt2: 8, nodeId: 9n }
  const spec = await merged(
    file({ ...wal, minTXID: 5n, maxTXID: 6n, commit: 9, timestampMs: 2000 }, { 1: 1 }),
    file({ ...wal, minTXID: 7n, maxTXID: 8n, commit: 8, timestampMs: 1000 }, { 2: 1 }),
  )
  const { pages: _, ...header } = spec
  assert.deepEqual(header, {
    pageSize: 512,
    commit: 8,
    minTXID: 5n,
    maxTXID: 8n,
    timestampMs: 1000,
    preApplyChecksum: 0n,
    postApplyChecksum: 0n,
    walOffset: 32n,
    walSize: 0n,
    walSalt1: 0,
    walSalt2: 0,
    nodeId: 0n,
    noChecksum: true,
  })
})

test('mergeFiles: header fields set by the caller → are the result’s', async () => {
  const [source] = [sources.of(file({ minTXID: 5n, maxTXID: 6n, commit: 9 }, { 1: 1 }))]
  const override = { minTXID: 3n, maxTXID: 9n, timestampMs: 42 } as never
  const { bytes, result } = await collected(mergeFiles([source], { header: override }))
  const { minTXID, maxTXID, timestampMs } = decodeFileSpec(bytes)
  assert.deepEqual({ minTXID, maxTXID, timestampMs }, { minTXID: 3n, maxTXID: 9n, timestampMs: 42 })
  assert.equal(result.header.timestampMs, 42)
})

test('mergeFiles: inputs that track checksums → accepted, and the result does not track them', async () => {
  const flag = 1n << 63n
  const tracked = { noChecksum: false, preApplyChecksum: flag | 5n, postApplyChecksum: flag | 6n }
  const spec = await merged(
    file({ ...tracked, minTXID: 2n, maxTXID: 2n, commit: 9 }, { 1: 1 }),
    file({ ...tracked, minTXID: 3n, maxTXID: 3n, commit: 9 }, { 2: 2 }),
  )
  assert.deepEqual(fillsOf(spec), { 1: 1, 2: 2 })
  assert.equal(spec.noChecksum, true)
})

const a = file({ minTXID: 2n, maxTXID: 4n, commit: 3 }, { 1: 1 })
const flipped = a.with(a.length - 1, a[a.length - 1]! ^ 1)
const refused: readonly [
  situation: string,
  files: readonly Uint8Array[],
  CompactorErrorCode,
  index: number | null,
][] = [
  ['nothing', [], 'COMPACT_NO_INPUT', null],
  ['a TXID missing between two', [a, file({ minTXID: 6n, maxTXID: 6n, commit: 3 }, {})], 'COMPACT_GAP', 1],
  [
    'the second ends where the first does',
    [a, file({ minTXID: 3n, maxTXID: 4n, commit: 3 }, {})],
    'COMPACT_CONTAINED',
    1,
  ],
  ['newest first', [a, file({ minTXID: 2n, maxTXID: 2n, commit: 3 }, {})], 'COMPACT_CONTAINED', 1],
  [
    'another page size',
    [a, file({ minTXID: 5n, maxTXID: 5n, commit: 3, pageSize: 1024 }, {})],
    'COMPACT_PAGE_SIZE',
    1,
  ],
  [
    'growth whose page is missing',
    [image, file({ minTXID: 5n, maxTXID: 5n, commit: 4 }, {})],
    'COMPACT_INCOMPLETE',
    null,
  ],
  [
    'a hole in growth',
    [image, file({ minTXID: 5n, maxTXID: 5n, commit: 6 }, { 4: 1, 6: 1 })],
    'COMPACT_INCOMPLETE',
    null,
  ],
  [
    'a wrong file checksum',
    [flipped, file({ minTXID: 5n, maxTXID: 5n, commit: 3 }, {})],
    'COMPACT_CORRUPT',
    0,
  ],
  ['an empty file', [a, new Uint8Array(0)], 'COMPACT_CORRUPT', 1],
]

for (const [situation, files, code, inputIndex] of refused) {
  test(`mergeFiles: ${situation} → ${code}`, async () => {
    const merging = mergeFiles(files.map((each) => sources.of(each)))
    await assert.rejects(collected(merging), { name: 'CompactorError', code, inputIndex })
    assert.equal(sources.open, 0)
  })
}

test('mergeFiles: a page missing in an image → the error names the page', async () => {
  const grown = file({ minTXID: 5n, maxTXID: 5n, commit: 6 }, { 4: 1, 6: 1 })
  await assert.rejects(merged(image, grown), /page 5\b/)
})

test('mergeFiles: the last file empties a database that tracks checksums → COMPACT_EMPTY', async () => {
  const flag = 1n << 63n
  const emptied = { noChecksum: false, preApplyChecksum: flag | 5n, postApplyChecksum: flag }
  const last = file({ ...emptied, minTXID: 5n, maxTXID: 5n, commit: 0 }, {})
  await assert.rejects(merged(a, last), { code: 'COMPACT_EMPTY' })
})

test('mergeFiles: a source that cannot be read → its own error, and every source is closed', async () => {
  const failure = new Error('disk on fire')
  const failing = {
    async *open(): AsyncGenerator<Uint8Array, void, undefined> {
      yield a.subarray(0, 120)
      throw failure
    },
  }
  const last = sources.of(file({ minTXID: 5n, maxTXID: 5n, commit: 3 }, { 1: 1 }))
  await assert.rejects(collected(mergeFiles([failing, last])), (error) => error === failure)
  assert.equal(sources.open, 0)
})

test('mergeFiles: progress → pages and bytes up to the whole', async () => {
  const files = [image, file({ minTXID: 5n, maxTXID: 5n, commit: 3 }, { 2: 2 })]
  const seen: { pages: number; bytesRead: number }[] = []
  const merging = mergeFiles(
    files.map((each) => sources.of(each)),
    { onProgress: (progress) => seen.push(progress) },
  )
  const { bytes, result } = await collected(merging)
  assert.deepEqual(seen.at(-1), { pages: 3, bytesRead: files[0]!.length + files[1]!.length })
  assert.deepEqual({ pages: result.pages, bytes: result.bytes }, { pages: 3, bytes: bytes.length })
})
