import assert from 'node:assert/strict'
import type { FileInfo } from '@ltx/client-core'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { fileInfo, listingOf } from '../../test/file-infos.ts'
import { isRestoreError, type RestoreErrorCode } from './errors.ts'
import { fileLabel } from './file-label.ts'
import { planRestore } from './plan-restore.ts'
import { LATEST, type RestoreTarget } from './restore-target.ts'

const txid = (value: number): RestoreTarget => ({ kind: 'txid', txid: toTxid(BigInt(value)) })
const before = (timestampMs: number): RestoreTarget => ({ kind: 'timestamp', timestampMs })
const short = (file: FileInfo): string => `${file.level}/${file.minTXID}-${file.maxTXID}`

const l0 = (from: number, to: number): FileInfo[] =>
  Array.from({ length: to - from + 1 }, (_, i) => fileInfo(0, from + i, from + i))

type Row = readonly [situation: string, files: FileInfo[], target: RestoreTarget, plan: string]

const chosen: readonly Row[] = [
  ['a snapshot alone', [fileInfo(9, 1, 10)], LATEST, '9/1-10'],
  ['snapshot and increments', [fileInfo(9, 1, 5), ...l0(6, 8)], LATEST, '9/1-5 0/6-6 0/7-7 0/8-8'],
  [
    'the newest of several snapshots',
    [fileInfo(9, 1, 3), fileInfo(9, 1, 5), ...l0(6, 6)],
    LATEST,
    '9/1-5 0/6-6',
  ],
  ['no snapshot, a first file', l0(1, 3), LATEST, '0/1-1 0/2-2 0/3-3'],
  [
    'longest reach over levels',
    [fileInfo(9, 1, 5), fileInfo(2, 6, 12), fileInfo(1, 6, 9), ...l0(6, 13)],
    LATEST,
    '9/1-5 2/6-12 0/13-13',
  ],
  [
    'same range twice: the higher level',
    [fileInfo(9, 1, 5), fileInfo(1, 6, 6), fileInfo(0, 6, 6)],
    LATEST,
    '9/1-5 1/6-6',
  ],
  [
    'same reach: the earlier start',
    [fileInfo(9, 1, 5), fileInfo(3, 6, 9), fileInfo(1, 4, 9)],
    LATEST,
    '9/1-5 1/4-9',
  ],
  [
    'overlap inside a level',
    [fileInfo(9, 1, 5), fileInfo(1, 4, 7), fileInfo(1, 6, 9)],
    LATEST,
    '9/1-5 1/6-9',
  ],
  [
    'a missing compaction healed by its sources',
    [fileInfo(9, 1, 5), ...l0(6, 9), fileInfo(1, 10, 12)],
    LATEST,
    '9/1-5 0/6-6 0/7-7 0/8-8 0/9-9 1/10-12',
  ],
  [
    'an old snapshot and a compaction of everything',
    [fileInfo(9, 1, 3), fileInfo(3, 1, 9)],
    LATEST,
    '9/1-3 3/1-9',
  ],
  ['TXID equal to a snapshot', [fileInfo(9, 1, 5), ...l0(1, 9)], txid(5), '9/1-5'],
  ['TXID below the snapshot', [fileInfo(9, 1, 5), ...l0(1, 9)], txid(2), '0/1-1 0/2-2'],
  ['TXID before a later hole', [...l0(1, 4), ...l0(6, 8)], txid(4), '0/1-1 0/2-2 0/3-3 0/4-4'],
  ['timestamp of a file: strictly before it', l0(1, 4), before(30), '0/1-1 0/2-2'],
  ['one millisecond later: with it', l0(1, 4), before(31), '0/1-1 0/2-2 0/3-3'],
  [
    'timestamp inside a compaction: the state before it',
    [fileInfo(9, 1, 2), fileInfo(1, 3, 6)],
    before(55),
    '9/1-2',
  ],
  [
    'timestamp inside a compaction, some sources left',
    [fileInfo(9, 1, 2), fileInfo(1, 3, 6), ...l0(5, 6)],
    before(55),
    '9/1-2',
  ],
  [
    'timestamp, clock stepped back',
    [fileInfo(0, 1, 1, 10), fileInfo(0, 2, 2, 100), fileInfo(0, 3, 3, 20)],
    before(50),
    '0/1-1',
  ],
  ['timestamp after everything', l0(1, 3), before(1e12), '0/1-1 0/2-2 0/3-3'],
]

for (const [situation, files, target, plan] of chosen) {
  test(`planRestore: ${situation} → ${plan}`, () => {
    const got = planRestore(listingOf(files), target)
    assert.equal(got.files.map(short).join(' '), plan)
    assert.equal(got.minTXID, 1n)
    assert.equal(got.maxTXID, got.files.at(-1)?.maxTXID)
  })
}

type FailingRow = readonly [
  situation: string,
  files: FileInfo[],
  target: RestoreTarget,
  code: RestoreErrorCode,
  below: number | null,
  above: number | null,
]

const refused: readonly FailingRow[] = [
  ['no files', [], LATEST, 'RESTORE_NOTHING', null, null],
  ['latest beyond a hole', [...l0(1, 4), ...l0(6, 8)], LATEST, 'RESTORE_GAP', 4, null],
  ['latest, nothing starts at 1', l0(2, 4), LATEST, 'RESTORE_GAP', null, null],
  ['TXID beyond a hole', [...l0(1, 4), ...l0(6, 8)], txid(7), 'RESTORE_GAP', 4, null],
  ['TXID in a hole', [...l0(1, 4), ...l0(6, 8)], txid(5), 'RESTORE_GAP', 4, null],
  ['TXID beyond the end', l0(1, 4), txid(5), 'RESTORE_TXID_NOT_AVAILABLE', 4, null],
  [
    'TXID inside a compaction',
    [fileInfo(9, 1, 2), fileInfo(1, 3, 6)],
    txid(4),
    'RESTORE_TXID_NOT_AVAILABLE',
    2,
    6,
  ],
  [
    'TXID before the only snapshot',
    [fileInfo(9, 1, 9), ...l0(8, 9)],
    txid(8),
    'RESTORE_TXID_NOT_AVAILABLE',
    null,
    9,
  ],
  [
    'timestamp beyond a hole (litestream: older data)',
    [...l0(1, 4), ...l0(6, 8)],
    before(75),
    'RESTORE_GAP',
    4,
    null,
  ],
  [
    'timestamp beyond a hole that only a later snapshot covers',
    [...l0(1, 4), ...l0(6, 7), fileInfo(9, 1, 9)],
    before(75),
    'RESTORE_GAP',
    4,
    9,
  ],
  ['timestamp before the first file', l0(1, 4), before(10), 'RESTORE_NOTHING', null, null],
  [
    'timestamp between pruned history and a snapshot',
    [fileInfo(9, 1, 9), ...l0(7, 9)],
    before(85),
    'RESTORE_NOTHING',
    null,
    null,
  ],
  ['timestamp, nothing starts at 1', l0(2, 4), before(1000), 'RESTORE_GAP', null, null],
  ['a timestamp that is not a number', l0(1, 4), before(Number.NaN), 'RESTORE_BAD_OPTIONS', null, null],
]

for (const [situation, files, target, code, below, above] of refused) {
  test(`planRestore: ${situation} → ${code}`, () => {
    assert.throws(
      () => planRestore(listingOf(files), target),
      (error) => {
        assert.ok(isRestoreError(error, code), String(error))
        assert.equal(error.below, below === null ? null : BigInt(below))
        assert.equal(error.above, above === null ? null : BigInt(above))
        return true
      },
    )
  })
}

test('planRestore: a hole → the message names both ends and the levels', () => {
  const files = [fileInfo(9, 1, 4), ...l0(4, 4), fileInfo(1, 7, 9), ...l0(7, 9)]
  assert.throws(
    () => planRestore(listingOf(files), LATEST),
    /0{15}5 to 0{15}6 are missing.*\(level 0, 9\).*0{15}7 \(level 0, 1\)/u,
  )
})

const broken = (...files: FileInfo[]): ReadonlySet<string> => new Set(files.map(fileLabel))

test('planRestore: a broken compaction whose sources are there → the sources', () => {
  const files = [fileInfo(9, 1, 4), fileInfo(1, 5, 6), ...l0(5, 6)]
  const plan = planRestore(listingOf(files), LATEST, broken(fileInfo(1, 5, 6)))
  assert.equal(plan.files.map(short).join(' '), '9/1-4 0/5-5 0/6-6')
})

test('planRestore: a broken snapshot with an older one before a full chain → the older one', () => {
  const files = [fileInfo(9, 1, 2), fileInfo(9, 1, 5), fileInfo(1, 3, 6)]
  const plan = planRestore(listingOf(files), LATEST, broken(fileInfo(9, 1, 5)))
  assert.equal(plan.files.map(short).join(' '), '9/1-2 1/3-6')
})

for (const target of [LATEST, txid(6), before(61)]) {
  test(`planRestore: the newest file is broken, ${target.kind} → RESTORE_CORRUPT, not older data`, () => {
    const files = [fileInfo(9, 1, 4), ...l0(5, 6)]
    assert.throws(
      () => planRestore(listingOf(files), target, broken(fileInfo(0, 6, 6))),
      (error) =>
        isRestoreError(error, 'RESTORE_CORRUPT') && error.below === 5n && error.message.includes('0/'),
    )
  })
}

test('planRestore: an array of levels → the same plan as a map', () => {
  const levels = [...listingOf([fileInfo(9, 1, 4), ...l0(5, 6)]).values()]
  assert.equal(planRestore(levels, LATEST).files.map(short).join(' '), '9/1-4 0/5-5 0/6-6')
})

for (const target of [LATEST, txid(1), txid(2), before(21)]) {
  test(`planRestore: only the file that goes up before the first image is there, ${target.kind} → RESTORE_NOTHING, for there is no backup yet`, () => {
    assert.throws(
      () => planRestore(listingOf(l0(2, 2)), target),
      (error) => isRestoreError(error, 'RESTORE_NOTHING') && error.message.includes('first image'),
    )
    assert.throws(
      () => planRestore(listingOf(l0(2, 3)), target),
      (error) => !isRestoreError(error, 'RESTORE_NOTHING') || !error.message.includes('first image'),
    )
  })
}

test('planRestore: the first image as a snapshot, level 0 and level 1 from TXID 2 on → every TXID, as before', () => {
  const files = [fileInfo(9, 1, 1), ...l0(2, 5), fileInfo(1, 2, 4)]
  const plans = [1, 2, 3, 4, 5].map((wanted) => planRestore(listingOf(files), txid(wanted)))
  assert.deepEqual(
    plans.map((plan) => plan.files.map(short).join(' ')),
    ['9/1-1', '9/1-1 0/2-2', '9/1-1 0/2-2 0/3-3', '9/1-1 1/2-4', '9/1-1 1/2-4 0/5-5'],
  )
})
