import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { toTxid } from '@ltx/format'
import { decodeWalHeader } from '@ltx/wal'
import { buildWal } from '@ltx/wal/testing'
import { test } from 'vitest'
import { localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import { LocalFiles } from '../database/local-files.ts'
import { copyFrames, isSelfContained, type CopyJob } from './copy-frames.ts'
import { DatabaseFiles } from './database-files.ts'
import { readFrames } from './read-frames.ts'

const PAGE = 512
const FRAME = 24 + PAGE
const page = (fill: number): Uint8Array => new Uint8Array(PAGE).fill(fill)
type Transactions = Parameters<typeof buildWal>[0]['transactions']

/** Copies from frame `from` on; the database had `commitBefore` pages. Page → first byte. */
function copied(
  transactions: Transactions,
  scene: { from: number; commitBefore: number; main: readonly number[]; keptBytesMax?: number },
): { pages: Record<number, number>; selfContained: boolean } {
  const { from, commitBefore, main, keptBytesMax } = scene
  using world = new World()
  const path = `${world.directory}/copy.db`
  const wal = buildWal({ pageSize: PAGE, littleEndian: true, salts: [1, 2], transactions })
  writeFileSync(`${path}-wal`, wal)
  writeFileSync(path, Buffer.concat(main.map(page)))
  mkdirSync(world.metaPath)
  using files = new DatabaseFiles(world.files, path, null)
  files.open()
  const result = decodeWalHeader(wal.subarray(0, 32))
  assert.ok(result.kind === 'header')
  const { header } = result
  const before = readFrames(files, header, { offset: 32, seed: header.checksum, frames: from }, 0)
  const start = before?.place ?? { offset: 32, checksum: header.checksum }
  const frames = (wal.length - 32) / FRAME
  const place = { offset: start.offset, seed: start.checksum, frames }
  const run = readFrames(files, header, place, 0, keptBytesMax)
  assert.ok(run !== null)
  const owner = { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const job: CopyJob = { header, run, txid: toTxid(2n), timestampMs: 0, commitBefore, owner }
  const local = new LocalFiles(world.files, world.metaPath)
  assert.equal(
    copyFrames(world.env, files, local, job, () => false),
    null,
    'the WAL moved: nothing is written',
  )
  assert.deepEqual(localFiles(world.metaPath), [])
  assert.notEqual(
    copyFrames(world.env, files, local, job, () => true),
    null,
  )
  const [spec] = localFiles(world.metaPath)
  const pages = (spec?.pages ?? []).map(({ pageNumber, data }) => [pageNumber, data?.[0] ?? -1] as const)
  return { pages: Object.fromEntries(pages), selfContained: isSelfContained(job) }
}

const one = (pageNumber: number, fill: number, commit: number): Transactions[number] => ({
  pages: [{ pageNumber, data: page(fill) }],
  commit,
})

test('copyFrames: several transactions → the newest image of each page', () => {
  const { pages, selfContained } = copied([one(1, 10, 2), one(2, 20, 2), one(1, 11, 2)], {
    from: 0,
    commitBefore: 2,
    main: [1, 2],
  })
  assert.deepEqual([pages, selfContained], [{ 1: 11, 2: 20 }, true])
})

test('copyFrames: the database shrank → pages above its end are left out', () => {
  const { pages } = copied([one(3, 30, 3), one(1, 10, 2)], { from: 0, commitBefore: 3, main: [1, 2, 3] })
  assert.deepEqual(pages, { 1: 10 })
})

test('copyFrames: it grew by pages without frames → from the database file, zeros past its end (litestream#752)', () => {
  const { pages, selfContained } = copied([one(1, 10, 4)], { from: 0, commitBefore: 1, main: [1, 2] })
  assert.deepEqual([pages, selfContained], [{ 1: 10, 2: 2, 3: 0, 4: 0 }, false])
})

test('copyFrames: it grew again by a page that has an older frame in this generation → that one', () => {
  const { pages } = copied([one(3, 30, 3), one(1, 10, 1), one(1, 11, 3)], {
    from: 2,
    commitBefore: 1,
    main: [1, 2, 3],
  })
  assert.deepEqual(pages, { 1: 11, 2: 2, 3: 30 })
})

test('copyFrames: more than stays in memory, more than is compressed at once → the same pages as one after the other', () => {
  const count = 3000
  const all = Array.from({ length: count }, (_, index) => index)
  const transactions = [...all, ...all.filter((index) => index % 3 === 0)].map((index, at) =>
    one(1 + ((index * 7) % count), at % 251, count),
  )
  const expected = Object.fromEntries(
    transactions.map(({ pages: [written] }) => [written?.pageNumber ?? 0, written?.data?.[0] ?? -1]),
  )
  for (const keptBytesMax of [0, 1500 * FRAME, 4000 * FRAME]) {
    const { pages, selfContained } = copied(transactions, {
      from: 0,
      commitBefore: count,
      main: [],
      keptBytesMax,
    })
    assert.deepEqual([pages, selfContained], [expected, keptBytesMax === 4000 * FRAME])
  }
})
