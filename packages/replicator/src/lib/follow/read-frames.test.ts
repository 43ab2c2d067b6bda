import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { decodeWalHeader, type WalHeader } from '@ltx/wal'
import { buildWal, withBitFlipped } from '@ltx/wal/testing'
import { test } from 'vitest'
import { DatabaseFiles } from './database-files.ts'
import { isWhollyKept, readFrames, type FrameRun } from './read-frames.ts'

const PAGE = 512
const FRAME = 24 + PAGE
const page = (fill: number): Uint8Array => new Uint8Array(PAGE).fill(fill)

/** Three transactions: pages 1+2, pages 2+3+4, page 1. */
const wal = buildWal({
  pageSize: PAGE,
  littleEndian: true,
  salts: [3, 4],
  transactions: [
    {
      pages: [
        { pageNumber: 1, data: page(1) },
        { pageNumber: 2, data: page(2) },
      ],
      commit: 2,
    },
    {
      pages: [
        { pageNumber: 2, data: page(3) },
        { pageNumber: 3, data: page(4) },
        { pageNumber: 4, data: page(5) },
      ],
      commit: 4,
    },
    { pages: [{ pageNumber: 1, data: page(6) }], commit: 4 },
  ],
})

function read(bytes: Uint8Array, frames: number, bytesMax = 0, keptBytesMax?: number): FrameRun | null {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-frames-'))
  const path = join(directory, 'app.db')
  writeFileSync(`${path}-wal`, bytes)
  using files = new DatabaseFiles(nodeEnv().blockingFiles, path, null)
  try {
    const header = headerOf(wal)
    return readFrames(files, header, { offset: 32, seed: header.checksum, frames }, bytesMax, keptBytesMax)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function headerOf(bytes: Uint8Array): WalHeader {
  const result = decodeWalHeader(bytes.subarray(0, 32))
  assert.ok(result.kind === 'header')
  return result.header
}

test('readFrames: everything that is published → the newest image of each page, the place after the last commit', () => {
  const run = read(wal, 6)
  assert.deepEqual(
    [...(run?.pages ?? [])].toSorted(([a], [b]) => a - b),
    [
      [1, 32 + 5 * FRAME + 24],
      [2, 32 + 2 * FRAME + 24],
      [3, 32 + 3 * FRAME + 24],
      [4, 32 + 4 * FRAME + 24],
    ],
  )
  assert.deepEqual([run?.commit, run?.lastPage, run?.reachedEnd, run?.place.offset], [4, 1, true, wal.length])
})

for (let frames = 1; frames <= 6; frames++) {
  const ends = [2, 5, 6].includes(frames)
  test(`readFrames: ${frames} of 6 frames are published → ${ends ? 'read exactly to there' : 'the end is no commit: nothing'}`, () => {
    const run = read(wal, frames)
    if (!ends) assert.equal(run, null)
    else assert.deepEqual([run?.place.offset, run?.reachedEnd], [32 + frames * FRAME, true])
  })
}

test('readFrames: more frames published than the file holds → nothing', () =>
  assert.equal(read(wal, 7), null))

test('readFrames: every single bit of the frames flipped (each 31st) → nothing', () => {
  for (let bit = 32 * 8; bit < wal.length * 8; bit += 31) {
    assert.equal(read(withBitFlipped(wal, bit), 6), null, `bit ${bit}`)
  }
})

test('readFrames: a small limit → stops after the commit that passes it; a transaction is never cut', () => {
  const run = read(wal, 6, 3 * PAGE)
  assert.deepEqual([run?.place.offset, run?.reachedEnd, run?.commit], [32 + 5 * FRAME, false, 4])
  assert.equal(read(wal, 6, 1)?.place.offset, 32 + 2 * FRAME)
})

test('readFrames: a limit, and the same pages over and over → they count once, all is read', () =>
  assert.deepEqual(read(wal, 6, 4 * PAGE + 1)?.reachedEnd, true))

for (const [keptBytesMax, framesKept] of [
  [0, 0],
  [FRAME - 1, 0],
  [3 * FRAME, 3],
  [6 * FRAME, 6],
  [undefined, 6],
] as const) {
  test(`readFrames: ${keptBytesMax ?? 'many'} bytes may stay in memory → the last ${framesKept} frames do, and all are read`, () => {
    const run = read(wal, 6, 0, keptBytesMax)
    assert.ok(run !== null)
    const { offset, bytes } = run.kept
    assert.deepEqual([offset, bytes.length], [32 + (6 - framesKept) * FRAME, framesKept * FRAME])
    assert.deepEqual(Buffer.from(bytes), Buffer.from(wal.subarray(offset)))
    assert.deepEqual([isWhollyKept(run), run.place.offset], [framesKept === 6, wal.length])
    assert.equal(read(withBitFlipped(wal, 8 * (32 + FRAME)), 6, 0, keptBytesMax), null)
  })
}
