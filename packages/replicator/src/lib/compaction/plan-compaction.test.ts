import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { fileList, listInWords } from '../../../test/file-list.ts'
import {
  FAN_IN_LIMITS,
  planCompaction,
  type CompactionFacts,
  type CompactionPlan,
  type FanInLimits,
} from './plan-compaction.ts'

interface Situation {
  readonly destination?: string
  readonly source?: string
  readonly snapshots?: string
  readonly startAfter?: number
  readonly limits?: Partial<FanInLimits>
}

function facts(situation: Situation): CompactionFacts {
  const { destination = '', source = '', snapshots = '', startAfter } = situation
  return {
    destination: fileList(destination),
    source: fileList(source),
    snapshots: fileList(snapshots),
    nowMs: 1_000_000,
    intervalMs: null,
    limits: { ...FAN_IN_LIMITS, ...situation.limits },
    ...(startAfter === undefined ? {} : { startAfter: toTxid(BigInt(startAfter)) }),
  }
}

/** A plan in one line: `merge 3-5 of 3-3 4-5 more`. */
function inWords(plan: CompactionPlan): string {
  if (plan.kind === 'gap') return `gap ${plan.first}-${plan.last}`
  if (plan.kind !== 'merge') return plan.kind
  const inputs = listInWords(plan.inputs)
  const jump = plan.jumpedFrom === null ? '' : ` jumped from ${plan.jumpedFrom}`
  return `merge ${plan.minTXID}-${plan.maxTXID} of ${inputs}${plan.more ? ' more' : ''}${jump}`
}

const rows: readonly [situation: string, facts: Situation, plan: string][] = [
  ['nothing anywhere', {}, 'nothing'],
  ['an empty level above two files', { source: '1 2' }, 'merge 1-2 of 1 2'],
  ['an empty level above one image that a snapshot holds', { source: '1', snapshots: '9:1-2' }, 'nothing'],
  ['the same, and more', { source: '1 2', snapshots: '9:1-2' }, 'merge 1-2 of 1 2'],
  [
    'an empty level above one image that no snapshot holds',
    { source: '1-3', snapshots: '9:1-2' },
    'merge 1-3 of 1-3',
  ],
  ['an empty level whose first sources are gone', { source: '5 6' }, 'merge 5-6 of 5 6'],
  ['nothing new', { destination: '1-2', source: '1 2' }, 'nothing'],
  ['new files', { destination: '1-2', source: '2 3 4' }, 'merge 3-4 of 3 4'],
  [
    'a source that straddles the end (spec-core §5.4: Litestream does not see it and leaves a hole)',
    { destination: '1-5', source: '4-8 9' },
    'merge 6-9 of 4-8 9',
  ],
  ['a whole image that straddles the end', { destination: '1-5', source: '1-8' }, 'merge 6-8 of 1-8'],
  ['contained sources, which a merge refuses', { source: '1-4 2-3 3-4 5' }, 'merge 1-5 of 1-4 5'],
  ['overlapping sources', { source: '1-3 2-5 5-7' }, 'merge 1-7 of 1-3 2-5 5-7'],
  ['overlapping sources of which one suffices', { source: '1-3 2-4 3-9' }, 'merge 1-9 of 1-3 3-9'],
  [
    'a hole after the level (spec-core §5.4: Litestream does not notice)',
    { destination: '1-2', source: '5' },
    'gap 3-4',
  ],
  [
    'a hole after the level that a snapshot spans',
    { destination: '1-2', source: '5', snapshots: '9:1-4' },
    'merge 5-5 of 5 jumped from 2',
  ],
  [
    'a hole after the level and a snapshot one short of it',
    { destination: '1-2', source: '5', snapshots: '9:1-3' },
    'gap 3-4',
  ],
  [
    'a hole among the sources (spec-core §5.4: in Litestream an error for ever)',
    { source: '1 2 4' },
    'merge 1-2 of 1 2 more',
  ],
  ['the same, one round later', { destination: '1-2', source: '1 2 4' }, 'gap 3-3'],
  [
    'sources that cannot be read, a snapshot after them',
    { destination: '1-2', source: '3 4 5', snapshots: '9:1-4', startAfter: 4 },
    'merge 5-5 of 5 jumped from 2',
  ],
  [
    'sources that cannot be read, no snapshot after them',
    { destination: '1-2', source: '3 4 5', startAfter: 4 },
    'gap 3-4',
  ],
  [
    'sources that cannot be read, in an empty level',
    { source: '3 4 5', snapshots: '9:1-4', startAfter: 4 },
    'merge 5-5 of 5',
  ],
  [
    'a level that is past the unreadable sources already',
    { destination: '1-5', source: '6', startAfter: 4 },
    'merge 6-6 of 6',
  ],
  [
    'exactly as many files as one merge takes',
    { source: '1 2', limits: { filesMax: 2 } },
    'merge 1-2 of 1 2',
  ],
  ['one file more', { source: '1 2 3', limits: { filesMax: 2 } }, 'merge 1-2 of 1 2 more'],
  [
    'exactly as many bytes as one merge takes',
    { source: '1 2', limits: { bytesMax: 200 } },
    'merge 1-2 of 1 2',
  ],
  ['one byte more', { source: '1 2', limits: { bytesMax: 199 } }, 'merge 1-1 of 1 more'],
  [
    'more files than streams, within what is held in memory',
    { source: '1 2 3', limits: { streamsMax: 2, heldBytesMax: 300 } },
    'merge 1-3 of 1 2 3',
  ],
  [
    'more files than streams, a byte more than is held in memory',
    { source: '1 2 3', limits: { streamsMax: 2, heldBytesMax: 299 } },
    'merge 1-2 of 1 2 more',
  ],
  [
    'as many files as streams, however large',
    { source: '1 2', limits: { streamsMax: 2, heldBytesMax: 1 } },
    'merge 1-2 of 1 2',
  ],
  ['the file beside the first image, alone', { source: '2', snapshots: '9:1-1' }, 'nothing'],
  ['it and the next one', { source: '2 3', snapshots: '9:1-1' }, 'merge 2-3 of 2 3'],
  ['one file above the limit', { source: '1 2', limits: { bytesMax: 10 } }, 'merge 1-1 of 1 more'],
]

for (const [situation, given, plan] of rows) {
  test(`planCompaction: ${situation} → ${plan}`, () => {
    assert.equal(inWords(planCompaction(facts(given))), plan)
  })
}

const twoSources = facts({ destination: '1-30', source: '31' }) // the level ends at 30 s

test('planCompaction: level made in this interval already → too early, with the time it is due', () => {
  assert.deepEqual(planCompaction({ ...twoSources, nowMs: 31_000, intervalMs: 30_000 }), {
    kind: 'merge',
    inputs: twoSources.source,
    minTXID: 31n,
    maxTXID: 31n,
    more: false,
    jumpedFrom: null,
  })
  const early = { ...twoSources, destination: fileList('1-31'), source: fileList('32') }
  assert.deepEqual(planCompaction({ ...early, nowMs: 32_000, intervalMs: 30_000 }), {
    kind: 'too-early',
    dueAtMs: 60_000,
  })
  assert.equal(planCompaction({ ...early, nowMs: 60_000, intervalMs: 30_000 }).kind, 'merge')
  assert.equal(planCompaction({ ...early, nowMs: 32_000, intervalMs: null }).kind, 'merge')
})

// Every set of up to three source files over transactions 1 to 5, every end of the level, every snapshot.
type Range = readonly [min: number, max: number]
const ranges: Range[] = []
for (let min = 1; min <= 5; min++) for (let max = min; max <= 5; max++) ranges.push([min, max])

function* sourceSets(): Generator<Range[]> {
  yield []
  for (let a = 0; a < ranges.length; a++) {
    yield [ranges[a]!]
    for (let b = a + 1; b < ranges.length; b++) {
      yield [ranges[a]!, ranges[b]!]
      for (let c = b + 1; c < ranges.length; c++) yield [ranges[a]!, ranges[b]!, ranges[c]!]
    }
  }
}

/** The furthest transaction that some chain of the files reaches from `start`. */
function reachable(sources: readonly Range[], start: number): number {
  const next = sources.filter(([min, max]) => min <= start + 1 && max > start)
  return Math.max(start, ...next.map(([, max]) => reachable(sources, max)))
}

function expected(sources: readonly Range[], end: number, snapshot: number): string {
  const lowest = Math.min(...sources.filter(([, max]) => max > end).map(([min]) => min))
  if (!Number.isFinite(lowest)) return 'nothing'
  const [only] = sources
  if (end === 0 && sources.length === 1 && only?.[0] === 1 && snapshot >= only[1]) return 'nothing'
  if (end === 0 && sources.length === 1 && only?.[0] === 2 && only[1] === 2) return 'nothing'
  if (end > 0 && lowest > end + 1 && snapshot < lowest - 1) return `gap ${end + 1}-${lowest - 1}`
  const start = end > 0 && lowest <= end + 1 ? end : lowest - 1
  return `merge ${start + 1}-${reachable(sources, start)}`
}

test('planCompaction: every small level → reaches as far as any chain, from exactly where the level ends', () => {
  let cases = 0
  for (const source of sourceSets()) {
    for (const end of [0, 1, 2, 3, 4]) {
      for (const snapshot of [0, 1, 2, 3, 4]) {
        const given: Situation = {
          source: source.map((range) => range.join('-')).join(' '),
          destination: end === 0 ? '' : `1-${end}`,
          snapshots: snapshot === 0 ? '' : `9:1-${snapshot}`,
        }
        const plan = planCompaction(facts(given))
        const words = inWords(plan).replace(/ of .*/, '')
        assert.equal(words, expected(source, end, snapshot), JSON.stringify(given))
        if (plan.kind === 'merge') checkInputs(plan, given)
        cases++
      }
    }
  }
  assert.equal(cases, 576 * 25)
})

function checkInputs(plan: CompactionPlan & { kind: 'merge' }, given: Situation): void {
  let end = plan.minTXID - 1n
  for (const input of plan.inputs) {
    assert.ok(
      input.minTXID <= end + 1n && input.maxTXID > end,
      `${inWords(plan)} for ${JSON.stringify(given)}`,
    )
    end = input.maxTXID
  }
  assert.equal(end, plan.maxTXID)
}

test('planCompaction: the level was made by a clock that was far ahead → due now, not when the clock gets there', () => {
  const early = { ...twoSources, destination: fileList('1-31'), source: fileList('32') }
  assert.equal(planCompaction({ ...early, nowMs: 500, intervalMs: 30_000 }).kind, 'merge')
})
