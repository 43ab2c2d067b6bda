import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'vitest'
import { CommittedPages, decodeWalHeader, FrameReader, isWalError, PhysicalSalts } from '../src/index.ts'
import { readPlainly } from './plain-reader.ts'
import { readInChunks } from './read-in-chunks.ts'

interface Expected {
  readonly sha256: string
  readonly frames: readonly {
    offset: number
    pgno: number
    commit: number
    cksum1: number
    cksum2: number
    dataSha256: string
  }[]
  readonly committed: {
    commit: number
    frameCount: number
    endOffset: number
    cksum1?: number
    cksum2?: number
    pages: Record<string, number>
    droppedPages: number[]
  }
  readonly header: {
    magic: string
    version: number
    pageSize: number
    checkpointSequence: number
    salt1: number
    salt2: number
    checksumByteOrder?: string
  } | null
  readonly stop: { reason: string; offset: number }
  readonly physicalSalts?: readonly (readonly [number, number])[]
  readonly physicalFrameHeaders?: number
  readonly uncommittedFrames?: number
}

/** The words of the golden set for our own. */
const REASONS: Readonly<Record<string, string>> = {
  'end-of-file': 'end-of-input',
  'short-wal-header': 'no-header',
  'header-checksum-mismatch': 'no-header',
  'bad-magic': 'WAL_BAD_MAGIC',
  'bad-version': 'WAL_BAD_VERSION',
  'short-frame-header': 'short-frame',
  'short-page': 'short-frame',
  'salt-mismatch': 'salt-mismatch',
  'frame-checksum-mismatch': 'checksum-mismatch',
}

const CHUNK_SIZES: readonly (readonly number[])[] = [[1 << 20], [536, 1072], [1, 40, 999, 3, 20_000]]

const local = resolve(import.meta.dirname, '../fixtures')
const shared = resolve(
  process.env['LTX_FIXTURES'] ?? resolve(import.meta.dirname, '../../../../shared/fixtures'),
  'wal',
)

const folders = [
  { title: 'golden', folder: local },
  { title: 'golden, shared set', folder: shared },
].filter(({ folder }) => existsSync(folder))

const cases = folders.flatMap(({ title, folder }) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.wal'))
    .map((name) => ({ title, name: name.slice(0, -4), folder })),
)

test('golden: our own folder → has its cases', () => {
  assert.ok(cases.filter(({ folder }) => folder === local).length >= 12)
})

test('golden, shared set: the folder → has its cases', ({ skip }) => {
  skip(!existsSync(shared), 'neither $LTX_FIXTURES nor ../shared/fixtures is there')
  assert.ok(cases.filter(({ folder }) => folder === shared).length >= 40)
})

for (const { title, name, folder } of cases) {
  test(`${title}: ${name} → frames, stop and page map as recorded`, () => {
    const wal = readFileSync(join(folder, `${name}.wal`))
    const expected = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Expected
    assert.equal(sha256(wal), expected.sha256)
    checkHeader(wal, expected)
    checkFrames(wal, expected)
    checkCommitted(wal, expected)
    checkSalts(wal, expected)
  })
}

function checkHeader(wal: Uint8Array, { header, stop }: Expected): void {
  try {
    const result = decodeWalHeader(wal)
    if (result.kind === 'none') {
      const because = { 'short-wal-header': 'short', 'header-checksum-mismatch': 'checksum' }[stop.reason]
      assert.equal(result.because, because)
      return
    }
    assert.ok(header !== null)
    assert.equal(result.header.pageSize, header.pageSize)
    assert.equal(result.header.sequence, header.checkpointSequence)
    assert.equal(result.header.salt1, header.salt1)
    assert.equal(result.header.salt2, header.salt2)
    assert.equal(result.header.littleEndian, header.checksumByteOrder === 'little')
  } catch (error) {
    if (!isWalError(error)) throw error
    assert.equal(error.code, REASONS[stop.reason])
  }
}

/** SQLite stops before a frame of page 0, and so do we; the Go reader, which the set records, goes on. */
function framesBeforePageZero(expected: Expected): Pick<Expected, 'frames' | 'stop'> {
  const zero = expected.frames.find(({ pgno }) => pgno === 0)
  if (zero === undefined) {
    const reason = REASONS[expected.stop.reason] ?? 'unknown'
    return {
      frames: expected.frames,
      stop: { reason, offset: reason.startsWith('WAL_') ? 0 : expected.stop.offset },
    }
  }
  return {
    frames: expected.frames.slice(0, expected.frames.indexOf(zero)),
    stop: { reason: 'page-number', offset: zero.offset },
  }
}

function checkFrames(wal: Uint8Array, expected: Expected): void {
  const ours = framesBeforePageZero(expected)
  const plain = readPlainly(new Uint8Array(wal))
  for (const chunkSizes of CHUNK_SIZES) {
    const found = readInChunks(wal, chunkSizes)
    assert.deepEqual(found, plain)
    assert.deepEqual(found.stop, ours.stop)
    assert.deepEqual(
      found.frames.map(({ page, checksum, pageNumber, commit, offset }) => {
        return {
          offset,
          pgno: pageNumber,
          commit,
          cksum1: checksum[0],
          cksum2: checksum[1],
          dataSha256: sha256(page),
        }
      }),
      ours.frames.map(({ offset, pgno, commit, cksum1, cksum2, dataSha256 }) => {
        return { offset, pgno, commit, cksum1, cksum2, dataSha256 }
      }),
    )
  }
}

function checkCommitted(wal: Uint8Array, expected: Expected): void {
  if (expected.physicalSalts === undefined) return // no usable header
  if (expected.frames.some(({ pgno }) => pgno === 0)) return // what the Go reader makes of it is not ours
  const { header } = decodeWalHeader(wal) as Extract<ReturnType<typeof decodeWalHeader>, { kind: 'header' }>
  const start = { header, offset: 32, seed: header.checksum }
  const reader = new FrameReader(start)
  const pages = new CommittedPages(start)
  reader.push(wal.subarray(32))
  pages.addAll(reader)
  const { committed } = expected
  const found = pages.committed()
  assert.equal(found.commit, committed.commit)
  assert.equal(found.frameCount, committed.frameCount)
  assert.equal(found.endOffset, committed.frameCount === 0 ? 32 : committed.endOffset)
  const checksum = committed.frameCount === 0 ? header.checksum : [committed.cksum1, committed.cksum2]
  assert.deepEqual(found.checksum, checksum)
  assert.deepEqual(Object.fromEntries(found.pages), committed.pages)
  assert.deepEqual(found.droppedPages, committed.droppedPages)
  assert.equal(pages.uncommittedFrames, expected.uncommittedFrames)
}

function checkSalts(wal: Uint8Array, expected: Expected): void {
  if (expected.physicalSalts === undefined || expected.header === null) return
  const salts = new PhysicalSalts(expected.header.pageSize)
  let headers = 0
  for (; !salts.done; headers++) salts.push(wal.subarray(salts.nextOffset, salts.nextOffset + 24))
  assert.deepEqual(salts.pairs, expected.physicalSalts)
  assert.equal(headers - 1, expected.physicalFrameHeaders)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
