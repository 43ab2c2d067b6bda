import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isRestoreError, type RestoreErrorCode } from '../errors.ts'
import { type LegacyItem, parseLegacyObject, segmentPath } from './layout.ts'
import { type LegacyTarget, planLegacy } from './plan.ts'

const A = 'aaaaaaaaaaaaaaaa'
const B = 'bbbbbbbbbbbbbbbb'

function snapshot(generation: string, index: number, modifiedAtMs: number): LegacyItem {
  const path = `generations/${generation}/snapshots/${index.toString(16).padStart(8, '0')}.snapshot.lz4`
  return parseLegacyObject({ path, size: 1, modifiedAtMs }) ?? assert.fail()
}

function segment(generation: string, index: number, offset: number, modifiedAtMs: number): LegacyItem {
  return (
    parseLegacyObject({ path: segmentPath(generation, index, offset), size: 1, modifiedAtMs }) ??
    assert.fail()
  )
}

/** Two generations, one after the other. The second has two snapshots. */
const items = [
  segment(B, 2, 0, 75),
  snapshot(A, 0, 10),
  segment(A, 0, 0, 11),
  segment(A, 1, 0, 20),
  snapshot(B, 0, 50),
  segment(B, 0, 32, 55),
  segment(B, 0, 0, 52),
  segment(B, 1, 0, 60),
  snapshot(B, 1, 70),
]

function used(target: LegacyTarget, generation?: string, given: readonly LegacyItem[] = items): string[] {
  const plan = planLegacy(given, target, generation)
  const wals = plan.wals.flatMap((wal) => wal.segments.map(({ offset }) => `${wal.index}/${offset}`))
  return [`${plan.snapshot.generation[0]}${plan.snapshot.index}`, ...wals, `@${plan.timestampMs}`]
}

const before = (timestampMs: number): LegacyTarget => ({ kind: 'timestamp', timestampMs })

const rows: readonly [situation: string, LegacyTarget, string | undefined, string[]][] = [
  ['the latest state', { kind: 'latest' }, undefined, ['b1', '1/0', '2/0', '@75']],
  ['a moment between two snapshots', before(60), undefined, ['b0', '0/0', '0/32', '1/0', '@60']],
  ['the very millisecond of a snapshot', before(50), undefined, ['b0', '@50']],
  ['a moment before the second generation', before(49), undefined, ['a0', '0/0', '1/0', '@20']],
  ['an older generation by name', { kind: 'latest' }, A, ['a0', '0/0', '1/0', '@20']],
]

for (const [situation, target, generation, expected] of rows) {
  test(`plan legacy: ${situation} → ${expected.join(' ')}`, () => {
    assert.deepEqual(used(target, generation), expected)
  })
}

const without = (...paths: readonly string[]): readonly LegacyItem[] =>
  items.filter(({ path }) => !paths.some((each) => path === each))

const failures: readonly [string, readonly LegacyItem[], LegacyTarget, RestoreErrorCode, string][] = [
  [
    'no snapshot at all',
    without().filter((item) => item.kind === 'segment'),
    before(99),
    'RESTORE_NOTHING',
    'no snapshot',
  ],
  ['a moment before the first snapshot', items, before(9), 'RESTORE_NOTHING', '1970-01-01T00:00:00.010Z'],
  [
    'a WAL missing between two',
    without(segmentPath(B, 1, 0)),
    { kind: 'latest' },
    'RESTORE_GAP',
    segmentPath(B, 1, 0),
  ],
  [
    'the first piece of a WAL missing',
    without(segmentPath(B, 0, 0)),
    before(60),
    'RESTORE_GAP',
    segmentPath(B, 0, 0),
  ],
]

for (const [situation, given, target, code, words] of failures) {
  test(`plan legacy: ${situation} → ${code}, which names it`, () => {
    assert.throws(
      () => planLegacy(given, target),
      (error) => isRestoreError(error, code) && error.message.includes(words),
    )
  })
}
