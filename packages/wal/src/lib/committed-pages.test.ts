import assert from 'node:assert/strict'
import { test } from 'vitest'
import { buildWal, type WalTransactionSpec } from './build-wal.ts'
import { CommittedPages } from './committed-pages.ts'
import { frameOffset } from './frame-offset.ts'
import { FrameReader } from './frame-reader.ts'
import { decodeWalHeader } from './wal-header.ts'

const transaction = (commit: number, ...pageNumbers: readonly number[]): WalTransactionSpec => ({
  commit,
  pages: pageNumbers.map((pageNumber) => ({ pageNumber })),
})

interface Row {
  readonly situation: string
  readonly transactions: readonly WalTransactionSpec[]
  readonly commit: number
  readonly frameCount: number
  /** Page number → frame index. */
  readonly pages: readonly (readonly [number, number])[]
  readonly droppedPages?: readonly number[]
  readonly bytesMax?: number
  readonly limited?: boolean
}

const three = [transaction(2, 1, 2), transaction(2, 2), transaction(3, 3)]
const rows: readonly Row[] = [
  { situation: 'no frame', transactions: [], commit: 0, frameCount: 0, pages: [] },
  {
    situation: 'only an open transaction',
    transactions: [transaction(0, 1, 2)],
    commit: 0,
    frameCount: 0,
    pages: [],
  },
  {
    situation: 'a page written twice',
    transactions: three,
    commit: 3,
    frameCount: 4,
    pages: [
      [1, 0],
      [2, 2],
      [3, 3],
    ],
  },
  {
    situation: 'a page twice in one transaction (spilled)',
    transactions: [transaction(2, 2, 1, 2)],
    commit: 2,
    frameCount: 3,
    pages: [
      [2, 2],
      [1, 1],
    ],
  },
  {
    situation: 'an open tail over committed pages',
    transactions: [transaction(2, 1, 2), transaction(0, 1, 2, 9)],
    commit: 2,
    frameCount: 2,
    pages: [
      [1, 0],
      [2, 1],
    ],
  },
  {
    situation: 'a shrink',
    transactions: [transaction(5, 1, 5, 4), transaction(3, 1)],
    commit: 3,
    frameCount: 4,
    pages: [[1, 3]],
    droppedPages: [4, 5],
  },
  {
    situation: 'a shrink and growth again (the older frame is what SQLite reads)',
    transactions: [transaction(5, 5), transaction(3, 1), transaction(6, 6)],
    commit: 6,
    frameCount: 3,
    pages: [
      [5, 0],
      [1, 1],
      [6, 2],
    ],
  },
  {
    situation: 'every page dropped (end is the last commit all the same)',
    transactions: [transaction(1, 2, 3)],
    commit: 1,
    frameCount: 2,
    pages: [],
    droppedPages: [2, 3],
  },
  {
    situation: 'a limit of one byte',
    transactions: three,
    commit: 2,
    frameCount: 2,
    pages: [
      [1, 0],
      [2, 1],
    ],
    bytesMax: 1,
    limited: true,
  },
  {
    situation: 'a limit that a commit meets exactly',
    transactions: three,
    commit: 2,
    frameCount: 3,
    pages: [
      [1, 0],
      [2, 2],
    ],
    bytesMax: 3 * 536,
    limited: true,
  },
  {
    situation: 'a limit one byte past a commit',
    transactions: three,
    commit: 3,
    frameCount: 4,
    pages: [
      [1, 0],
      [2, 2],
      [3, 3],
    ],
    bytesMax: 3 * 536 + 1,
    limited: true,
  },
  {
    situation: 'a limit that is not reached',
    transactions: three,
    commit: 3,
    frameCount: 4,
    pages: [
      [1, 0],
      [2, 2],
      [3, 3],
    ],
    bytesMax: 4 * 536 + 1,
  },
]

for (const row of rows) {
  test(`CommittedPages: ${row.situation} → commit ${row.commit} after ${row.frameCount} frames`, () => {
    const wal = buildWal({ pageSize: 512, transactions: row.transactions })
    const { reader, pages } = opened(wal, row.bytesMax)
    reader.push(wal.subarray(32))
    pages.addAll(reader)
    reader.finishInput()
    const endOffset = frameOffset(row.frameCount, 512)
    const pairAt = row.frameCount === 0 ? 24 : endOffset - 520 // of the WAL header, or of the last frame's
    const storedPair = [Buffer.from(wal).readUInt32BE(pairAt), Buffer.from(wal).readUInt32BE(pairAt + 4)]
    assert.deepEqual(pages.committed(), {
      commit: row.commit,
      frameCount: row.frameCount,
      endOffset,
      checksum: storedPair,
      pages: new Map(row.pages.map(([pageNumber, index]) => [pageNumber, frameOffset(index, 512)])),
      droppedPages: row.droppedPages ?? [],
    })
    assert.equal(reader.stop?.reason, row.limited === true ? 'limit' : 'end-of-input')
  })
}

test('CommittedPages: rolled back, then read on from the end → as if read in one go', () => {
  const wal = buildWal({ pageSize: 512, transactions: [transaction(2, 1, 2), transaction(3, 1, 3)] })
  const first = opened(wal)
  first.reader.push(wal.subarray(32, frameOffset(3, 512)))
  first.pages.addAll(first.reader)
  assert.equal(first.pages.uncommittedFrames, 1)
  first.pages.rollback()
  assert.equal(first.pages.uncommittedFrames, 0)
  const { endOffset, checksum } = first.pages.committed()
  const again = new FrameReader({ header: first.start.header, offset: endOffset, seed: checksum })
  again.push(wal.subarray(endOffset))
  first.pages.addAll(again)

  const whole = opened(wal)
  whole.reader.push(wal.subarray(32))
  whole.pages.addAll(whole.reader)
  assert.deepEqual(first.pages.committed(), whole.pages.committed())
})

test('CommittedPages: a copy taken, then more frames → the copy stays', () => {
  const wal = buildWal({ pageSize: 512, transactions: three })
  const { reader, pages } = opened(wal)
  reader.push(wal.subarray(32, frameOffset(2, 512)))
  pages.addAll(reader)
  const before = pages.committed()
  reader.push(wal.subarray(frameOffset(2, 512)))
  pages.addAll(reader)
  assert.equal(before.pages.get(2), frameOffset(1, 512))
  assert.equal(pages.committed().pages.get(2), frameOffset(2, 512))
})

function opened(wal: Uint8Array, bytesMax?: number) {
  const result = decodeWalHeader(wal)
  assert.ok(result.kind === 'header')
  const start = { header: result.header, offset: 32, seed: result.header.checksum }
  return { start, reader: new FrameReader(start, { bytesMax }), pages: new CommittedPages(start) }
}

test('CommittedPages: a page written twice, one of an open transaction, one above the end → counted once, not, too', () => {
  const pages = new CommittedPages({ offset: 32, seed: [0, 0] })
  const frame = (pageNumber: number, commit: number): void =>
    pages.add({ pageNumber, commit, offset: 32, endOffset: 64, checksum: [0, 0] })
  frame(1, 0)
  assert.equal(pages.pageCount, 0)
  frame(5, 5)
  frame(1, 1)
  frame(2, 0)
  assert.equal(pages.pageCount, 2)
})
