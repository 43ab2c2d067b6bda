import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { planSync, type HeaderFacts, type SyncPlan, type WalFacts } from './plan-sync.ts'
import type { Position } from './position.ts'

const PAGE = 512
const at = (frames: number): number => 32 + frames * (24 + PAGE)

const ourHeader: HeaderFacts = { pageSize: PAGE, salt1: 1, salt2: 2, checksum: [7, 8] }
const nextHeader: HeaderFacts = { pageSize: PAGE, salt1: 2, salt2: 9, checksum: [17, 18] }
const ourFrame = { salt1: 1, salt2: 2, checksum: [5, 6] } as const
const position: Position = {
  txid: toTxid(4n),
  pageSize: PAGE,
  commit: 3,
  wal: { salt1: 1, salt2: 2, offset: at(2), checksum: [5, 6] },
  timestampMs: 0,
}
const facts: WalFacts = {
  header: ourHeader,
  published: { kind: 'published', frames: 2, backfilled: 0 },
  frameBefore: ourFrame,
  headerHeld: true,
}
const withFrames = (frames: number): WalFacts => ({
  ...facts,
  published: { kind: 'published', frames, backfilled: 0 },
})
const nextGeneration: WalFacts = { ...withFrames(1), header: nextHeader, frameBefore: null }

type Row = readonly [situation: string, WalFacts, Position | null, covered: boolean, SyncPlan]
const LOOK_AGAIN: SyncPlan = { kind: 'look-again' }
const NOT_COVERED: SyncPlan = { kind: 'resync', because: 'not-covered' }

const rows: readonly Row[] = [
  ['no position yet', facts, null, false, { kind: 'resync', because: 'no-position' }],
  ['the same count and our frame', facts, position, false, { kind: 'nothing', reachedEnd: true }],
  [
    'one frame more',
    withFrames(3),
    position,
    false,
    {
      kind: 'continue',
      from: { offset: at(2), seed: [5, 6], frames: 3 },
      header: ourHeader,
    },
  ],
  ['fewer frames than we have read', withFrames(1), position, true, LOOK_AGAIN],
  [
    'the same count, but another frame where ours was (power loss)',
    { ...facts, frameBefore: { ...ourFrame, checksum: [5, 7] } },
    position,
    true,
    LOOK_AGAIN,
  ],
  [
    'the same count, but a frame of an older generation where ours was',
    { ...facts, frameBefore: { ...ourFrame, salt2: 1 } },
    position,
    true,
    LOOK_AGAIN,
  ],
  [
    'the same count, but the file ends before our frame',
    { ...facts, frameBefore: null },
    position,
    true,
    LOOK_AGAIN,
  ],
  [
    'other salts, covered (litestream#927)',
    nextGeneration,
    position,
    true,
    { kind: 'next-generation', from: { offset: 32, seed: [17, 18], frames: 1 }, header: nextHeader },
  ],
  ['other salts, not covered', nextGeneration, position, false, NOT_COVERED],
  ['nothing in the WAL, covered', withFrames(0), position, true, { kind: 'nothing', reachedEnd: false }],
  ['nothing in the WAL, not covered', withFrames(0), position, false, NOT_COVERED],
  [
    'no WAL before, now there is one, covered',
    nextGeneration,
    { ...position, wal: null },
    true,
    { kind: 'next-generation', from: { offset: 32, seed: [17, 18], frames: 1 }, header: nextHeader },
  ],
  [
    'no WAL before, now there is one, not covered',
    nextGeneration,
    { ...position, wal: null },
    false,
    NOT_COVERED,
  ],
  ['frames, but no header yet', { ...facts, header: null }, position, true, LOOK_AGAIN],
  ['the header changed during the look', { ...facts, headerHeld: false }, position, true, LOOK_AGAIN],
  [
    'another page size after VACUUM, covered',
    { ...nextGeneration, header: { ...nextHeader, pageSize: 1024 } },
    position,
    true,
    { kind: 'resync', because: 'page-size' },
  ],
  [
    'another page size, not covered',
    { ...nextGeneration, header: { ...nextHeader, pageSize: 1024 } },
    position,
    false,
    NOT_COVERED,
  ],
  [
    'SQLite gave no answer',
    { ...facts, published: { kind: 'no-answer' } },
    position,
    true,
    { kind: 'no-answer' },
  ],
  [
    'not a WAL database any more',
    { ...facts, published: { kind: 'not-wal' } },
    null,
    false,
    { kind: 'not-wal' },
  ],
]

for (const [situation, seen, from, covered, plan] of rows) {
  test(`planSync: ${situation} → ${plan.kind}`, () => {
    assert.deepEqual(planSync(seen, from, covered), plan)
  })
}

/** All that one look can show, small: 3 answers, 3 counts, 5 headers, 5 frames, held or not; with 4 positions, covered or not. */
function* allInputs(): Generator<readonly [WalFacts, Position | null, boolean]> {
  const answers: WalFacts['published'][] = [
    { kind: 'no-answer' },
    { kind: 'not-wal' },
    ...[0, 1, 2, 3].map((frames) => ({ kind: 'published' as const, frames, backfilled: 0 })),
  ]
  const headers = [null, ourHeader, nextHeader, { ...ourHeader, pageSize: 1024 }, { ...ourHeader, salt1: 2 }]
  const frames: WalFacts['frameBefore'][] = [
    null,
    ourFrame,
    { ...ourFrame, checksum: [5, 0] },
    { ...ourFrame, checksum: [0, 6] },
    { ...ourFrame, salt1: 0 },
  ]
  const positions = [
    null,
    position,
    { ...position, wal: null },
    { ...position, wal: { ...ourFrame, offset: at(1) } },
  ]
  for (const published of answers)
    for (const header of headers)
      for (const frameBefore of frames)
        for (const headerHeld of [true, false])
          for (const from of positions)
            for (const covered of [true, false])
              yield [{ published, header, frameBefore, headerHeld }, from, covered]
}

/** What is true of the only histories that can have led here. Reading on needs proof; without it, comparing is always right. */
function oracle(seen: WalFacts, from: Position | null, covered: boolean): Set<SyncPlan['kind']> {
  const { published, header, frameBefore } = seen
  if (published.kind !== 'published') return new Set([published.kind])
  if (from === null) return new Set(['resync'])
  const isOurGeneration =
    header !== null &&
    from.wal !== null &&
    `${header.salt1},${header.salt2}` === `${from.wal.salt1},${from.wal.salt2}`
  if (published.frames === 0) return new Set([covered ? 'nothing' : 'resync'])
  if (header === null || !seen.headerHeld) return new Set(['look-again'])
  if (header.pageSize !== from.pageSize) return new Set(['resync'])
  if (!isOurGeneration) return new Set([covered ? 'next-generation' : 'resync'])
  const isOurFrame = JSON.stringify(frameBefore) === JSON.stringify(ourFrame)
  const readFrames = ((from.wal?.offset ?? 0) - 32) / (24 + PAGE)
  if (!isOurFrame || published.frames < readFrames) return new Set(['look-again'])
  return new Set([published.frames > readFrames ? 'continue' : 'nothing'])
}

test('planSync: every small input → what the oracle allows, and reading begins only where it is proven', () => {
  let inputs = 0
  for (const [seen, from, covered] of allInputs()) {
    inputs++
    const plan = planSync(seen, from, covered)
    const input = JSON.stringify({ seen, from: from?.wal, covered })
    assert.ok(oracle(seen, from, covered).has(plan.kind), `${plan.kind} for ${input}`)
    if (plan.kind === 'continue') {
      assert.equal(plan.from.offset, from?.wal?.offset, input)
      assert.deepEqual(plan.from.seed, from?.wal?.checksum, input)
    }
    if (plan.kind === 'next-generation')
      assert.deepEqual([plan.from.offset, plan.from.seed], [32, seen.header?.checksum])
    if (plan.kind === 'nothing')
      assert.equal(plan.reachedEnd, seen.published.kind === 'published' && seen.published.frames > 0, input)
  }
  assert.equal(inputs, 6 * 5 * 5 * 2 * 4 * 2)
})
