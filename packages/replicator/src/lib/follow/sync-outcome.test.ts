import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { SyncPlan, WalFacts } from './plan-sync.ts'
import type { Position } from './position.ts'
import { toTxid } from '@ltx/format'
import { noProgress, outcomeOf, signatureOf } from './sync-outcome.ts'

const header = { pageSize: 512, salt1: 1, salt2: 2, checksum: [7, 8] as const }
const frameBefore = { salt1: 1, salt2: 2, checksum: [5, 6] as const }
const facts: WalFacts = {
  header,
  published: { kind: 'published', frames: 4, backfilled: 1 },
  frameBefore,
  headerHeld: true,
}
const LOOK_AGAIN: SyncPlan = { kind: 'look-again' }
const position: Position = {
  txid: toTxid(1n),
  pageSize: 512,
  commit: 1,
  wal: { salt1: 1, salt2: 2, offset: 32 + 2 * 536, checksum: [0, 0] },
  timestampMs: 0,
}
const withFrames = (frames: number): WalFacts => ({
  ...facts,
  published: { kind: 'published', frames, backfilled: 0 },
})

test('outcomeOf: published frames are told; without an answer they are zero', () => {
  const progress = noProgress()
  const told = outcomeOf('synced', facts, progress, true)
  assert.deepEqual([told.frames, told.backfilled, told.unpublished], [4, 1, true])
  const none = outcomeOf('busy', { ...facts, published: { kind: 'no-answer' } }, progress, false)
  assert.deepEqual([none.frames, none.backfilled], [0, 0])
})

test('signatureOf: the same obstacle → equal; another header, frame or count → not', () => {
  const base = signatureOf(LOOK_AGAIN, facts, null)
  assert.equal(signatureOf(LOOK_AGAIN, { ...facts }, null), base)
  assert.notEqual(signatureOf(LOOK_AGAIN, { ...facts, header: { ...header, salt2: 3 } }, null), base)
  assert.notEqual(
    signatureOf(LOOK_AGAIN, { ...facts, frameBefore: { ...frameBefore, checksum: [5, 7] } }, null),
    base,
  )
  assert.notEqual(signatureOf(LOOK_AGAIN, withFrames(5), null), base)
})

test('signatureOf: a foreign frame where ours was → the same obstacle however many frames follow', () => {
  assert.equal(
    signatureOf(LOOK_AGAIN, withFrames(4), position),
    signatureOf(LOOK_AGAIN, withFrames(9), position),
  )
})

test('signatureOf: no answer → nothing to compare, so two of them never make it final', () => {
  assert.equal(signatureOf({ kind: 'no-answer' }, facts, position), '')
  assert.equal(signatureOf(LOOK_AGAIN, { ...facts, published: { kind: 'no-answer' } }, position), '')
})
