import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  planCheckpoint,
  type CheckpointFacts,
  type CheckpointPlan,
  type CheckpointSettings,
} from './plan-checkpoint.ts'

const settings: CheckpointSettings = {
  checkpointIntervalMs: 60_000,
  minCheckpointPageCount: 1000,
  truncatePageN: 5000,
}
const facts: CheckpointFacts = {
  frames: 500,
  backfilled: 0,
  newFrames: 0,
  walFileFrames: 500,
  sinceCheckpointMs: 0,
  covered: true,
  pinIsNeeded: false,
  backOff: false,
}
const NONE: CheckpointPlan = { kind: 'none' }
const BY_SIZE: CheckpointPlan = { kind: 'quiet', because: 'size' }
const BY_TIME: CheckpointPlan = { kind: 'quiet', because: 'time' }

type Row = readonly [situation: string, Partial<CheckpointFacts>, Partial<CheckpointSettings>, CheckpointPlan]
const rows: readonly Row[] = [
  ['few frames, just checkpointed', {}, {}, NONE],
  ['one frame less than the limit', { frames: 999 }, {}, NONE],
  ['as many frames as the limit', { frames: 1000 }, {}, BY_SIZE],
  ['many frames, but nearly all moved already', { frames: 1500, backfilled: 1499 }, {}, NONE],
  ['a frame and the interval passed', { frames: 1, sinceCheckpointMs: 60_000 }, {}, BY_TIME],
  ['a frame and the interval nearly passed', { frames: 1, sinceCheckpointMs: 59_999 }, {}, NONE],
  [
    'a frame, the interval passed, but never by time',
    { sinceCheckpointMs: 1e9 },
    { checkpointIntervalMs: 0 },
    NONE,
  ],
  [
    'the interval passed and nothing to move (litestream#896)',
    { backfilled: 500, sinceCheckpointMs: 1e9 },
    {},
    NONE,
  ],
  ['ten times the limit', { frames: 10_000 }, {}, BY_SIZE],
  ['past ten times the limit', { frames: 10_001 }, {}, { kind: 'under-load' }],
  [
    'past ten times the limit, a single frame not moved: the WAL does not begin anew by itself',
    { frames: 10_001, backfilled: 10_000 },
    {},
    { kind: 'under-load' },
  ],
  ['past ten times the limit, all moved', { frames: 10_001, backfilled: 10_001 }, {}, NONE],
  [
    'under the limit, and past it at the next sync if it goes on like this',
    { frames: 6000, newFrames: 4001 },
    {},
    { kind: 'under-load' },
  ],
  ['under the limit, also at the next sync', { frames: 6000, newFrames: 4000 }, {}, BY_SIZE],
  ['a large file, all moved', { backfilled: 500, walFileFrames: 5001 }, {}, { kind: 'shrink' }],
  ['a large file, one frame not moved', { backfilled: 499, walFileFrames: 5001 }, {}, NONE],
  ['a file of the limit', { backfilled: 500, walFileFrames: 5000 }, {}, NONE],
  ['a large file that is never cut', { backfilled: 500, walFileFrames: 1e6 }, { truncatePageN: -1 }, NONE],
  ['not covered: a hand-over would lose the place', { frames: 20_000, covered: false }, {}, NONE],
  ['somebody reads under this pin', { frames: 20_000, pinIsNeeded: true }, {}, NONE],
  ['a reader was in the way a moment ago', { frames: 20_000, backOff: true }, {}, NONE],
]

for (const [situation, changed, set, plan] of rows) {
  test(`planCheckpoint: ${situation} → ${plan.kind}`, () => {
    assert.deepEqual(planCheckpoint({ ...facts, ...changed }, { ...settings, ...set }), plan)
  })
}
