import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { decodeWalHeader } from '@ltx/wal'
import { buildWal } from '@ltx/wal/testing'
import { test } from 'vitest'
import type { Position } from './position.ts'
import type { FrameRun } from './read-frames.ts'
import { Track } from './track.ts'

const owner = { mode: 0o600, uid: 0, gid: 0 }
const salts = { salt1: 1, salt2: 2 }
const result = decodeWalHeader(
  buildWal({ pageSize: 512, littleEndian: true, salts: [1, 2], transactions: [] }).subarray(0, 32),
)
if (result.kind !== 'header') throw new Error('no header')
const { header } = result
const run: FrameRun = {
  pages: new Map(),
  commit: 5,
  startOffset: 32,
  place: { ...salts, offset: 568, checksum: [3, 4] },
  reachedEnd: true,
  lastPage: 1,
  kept: { offset: 0, bytes: new Uint8Array(0) },
}

function track(takes: boolean, wallMs: number): { readonly track: Track; readonly recorded: Position[] } {
  const recorded: Position[] = []
  const target = {
    copy: ({ txid, timestampMs }: { txid: Position['txid']; timestampMs: number }) =>
      takes ? { txid, timestampMs, bytes: 0, pages: 0, walBytes: 0, walOffset: 0 } : null,
    record: (position: Position) => void recorded.push(position),
  }
  const start = { position: null, lastTXID: 6n, lastTimestampMs: 100 }
  return { track: new Track(target, owner, () => wallMs, start), recorded }
}

test('Track: a run is taken → the position after it, one TXID on, recorded', () => {
  const { track: ours, recorded } = track(true, 250.7)
  const job = ours.job(header, run)
  assert.deepEqual([job.txid, job.timestampMs, job.commitBefore], [7n, 250, 0])
  assert.ok(ours.copy(job, () => true) !== null)
  assert.deepEqual(ours.position, { txid: 7n, pageSize: 512, commit: 5, wal: run.place, timestampMs: 250 })
  assert.deepEqual(recorded, [ours.position])
  assert.equal(ours.job(header, run).commitBefore, 5)
})

test('Track: a run does not count → it stays where it is', () => {
  const { track: ours, recorded } = track(false, 250)
  assert.equal(
    ours.copy(ours.job(header, run), () => false),
    null,
  )
  assert.deepEqual([ours.position, ours.lastTXID, recorded], [null, 6n, []])
})

test('Track: the wall clock goes back → time does not', () => {
  const { track: ours } = track(true, 50)
  assert.equal(ours.nextTimestampMs(), 100)
  ours.moveTo({ txid: toTxid(9n), pageSize: 512, commit: 1, wal: null, timestampMs: 120 })
  assert.deepEqual([ours.nextTimestampMs(), ours.nextTXID], [120, 10n])
})

test('Track: forgotten → no position, and TXIDs go on after those that are taken', () => {
  const { track: ours } = track(true, 50)
  ours.copy(ours.job(header, run), () => true)
  ours.forget(20n)
  assert.deepEqual([ours.position, ours.nextTXID], [null, 21n])
})
