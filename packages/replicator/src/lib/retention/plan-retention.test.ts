import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FileInfo } from '@ltx/client-core'
import { levelList, listInWords } from '../../../test/file-list.ts'
import { planRetention, type RetentionFacts } from './plan-retention.ts'

interface Row {
  readonly when: string
  /** TXID n is of second n unless it says otherwise. */
  readonly stored: string
  readonly now: number
  /** Seconds. */
  readonly window?: number
  readonly l0?: number
  readonly removes: string
  readonly localUpTo?: number
}

const rows: readonly Row[] = [
  { when: 'nothing stored', stored: '', now: 100, removes: '' },
  { when: 'one old snapshot, the newest of all', stored: '9:1-5', now: 1000, removes: '' },
  { when: 'two old snapshots', stored: '9:1-5 1-9', now: 1000, removes: '9:1-5' },
  {
    when: 'an old snapshot that the first moments of the window need',
    stored: '9:1-5 1-60',
    now: 100,
    removes: '',
  },
  {
    when: 'two before the window',
    stored: '9:1-5 1-30 1-60',
    now: 100,
    removes: '9:1-5',
  },
  { when: 'a snapshot exactly as old as the window', stored: '9:1-5 1-50 1-60', now: 100, removes: '' },
  { when: 'the same, a second later', stored: '9:1-5 1-50 1-60', now: 101, removes: '9:1-5' },
  {
    when: 'lower levels before the snapshot before the first kept one (RetainsInFlightRestorePlanFiles)',
    stored: '1:1-4 5-5 6-9 10-30 31-60 2:1-9 9:1-9 1-30 1-60',
    now: 100,
    removes: '1:1-4 5 9:1-9',
  },
  {
    when: 'a level that is no longer configured (spec-core §9.5-39: never cleaned)',
    stored: '7:1-3 4-8 8:1-2 9:1-9 1-30 1-60',
    now: 100,
    removes: '7:1-3 9:1-9',
  },
  {
    when: 'snapshots out of the order of their times (the clock went back)',
    stored: '9:1-5@10 1-6@60 1-7@20 1-8@70',
    now: 100,
    removes: '',
  },
  { when: 'level 0 without a level 1', stored: '0:1..9', now: 100, removes: '' },
  {
    when: 'level 0 that level 1 holds',
    stored: '0:1..9 1:1-4 5-8',
    now: 100,
    removes: '1 2 3 4 5 6 7 8',
    localUpTo: 8,
  },
  {
    when: 'level 0 that level 1 holds, the newest of it',
    stored: '0:1..8 1:1-4 5-8',
    now: 100,
    removes: '1 2 3 4 5 6 7',
    localUpTo: 7,
  },
  {
    when: 'level 0 of the last seconds',
    stored: '0:91..99 1:1-94 95-99',
    now: 100,
    l0: 20,
    removes: '',
    localUpTo: 90,
  },
  {
    when: 'level 0 half of which is in the window',
    stored: '0:91..99 1:91-94 95-99',
    now: 100,
    l0: 4,
    removes: '91 92 93 94',
    localUpTo: 94,
  },
  {
    when: 'level 0 whose level 1 file reaches into the window',
    stored: '0:91..99 1:91-92 93-99',
    now: 100,
    l0: 4,
    removes: '91 92',
    localUpTo: 92,
  },
  {
    when: 'level 0 exactly as old as its window',
    stored: '0:95 96 1:1-95',
    now: 100,
    l0: 5,
    removes: '',
    localUpTo: 94,
  },
  {
    when: 'level 0 retention of zero (spec-core §4.6: kept for ever)',
    stored: '0:1..9 1:1-8',
    now: 100,
    l0: 0,
    removes: '',
  },
  {
    when: 'level 0 files in a hole of level 1, which a snapshot spans',
    stored: '0:1..9 1:1-2 5-8 9:1-4',
    now: 100,
    removes: '1 2 5 6 7 8',
    localUpTo: 8,
  },
  {
    when: 'the same when the snapshot retention has passed them',
    stored: '0:3..9 1:1-2 5-8 9:1-5 1-30 1-60',
    now: 100,
    removes: '3 4 5 6 7 8 1:1-2 9:1-5',
    localUpTo: 8,
  },
]

for (const { when, stored, now, window = 50, l0 = 5, removes, localUpTo } of rows) {
  test(`planRetention: ${when} → ${removes === '' ? 'nothing goes' : `${removes} go`}`, () => {
    const plan = planRetention({
      levels: levelList(stored),
      nowMs: now * 1000,
      snapshotRetentionMs: window * 1000,
      l0RetentionMs: l0 * 1000,
    })
    assert.equal(listInWords(plan.remove.flatMap(({ files }) => files)), removes)
    if (localUpTo !== undefined) assert.equal(plan.localUpTo, BigInt(localUpTo))
  })
}

test('planRetention: whatever goes → level 0 first, snapshots last', () => {
  const levels = levelList('0:1..9 1:1-4 5-8 9-40 2:1-8 9-40 9:1-9 1-30 1-60')
  const plan = planRetention({ levels, nowMs: 100_000, snapshotRetentionMs: 50_000, l0RetentionMs: 5000 })
  assert.deepEqual(
    plan.remove.map(({ level }) => level),
    [0, 1, 2, 9],
  )
})

// The oracle: everything that can be reached by applying files one after the other, found by trying.
function reachable(files: readonly FileInfo[]): Set<bigint> {
  const reached = new Set([0n])
  for (let grown = true; grown;) {
    grown = false
    for (const { minTXID, maxTXID } of files) {
      if (reached.has(maxTXID)) continue
      const fits = [...reached].some((end) => minTXID <= end + 1n && maxTXID > end)
      if (fits) reached.add(maxTXID)
      grown ||= fits
    }
  }
  reached.delete(0n)
  return reached
}

const highest = (txids: Iterable<bigint>): bigint =>
  [...txids].reduce((max, txid) => (txid > max ? txid : max), 0n)

/** What a restore to a moment gives: the best that the files from strictly before it reach. 0: nothing. */
function restoredAt(files: readonly FileInfo[], timeMs: number): bigint {
  return highest(reachable(files.filter(({ createdAtMs }) => createdAtMs < timeMs)))
}

function checkWorld(facts: RetentionFacts, world: string): number {
  const before = facts.levels.flat()
  const plan = planRetention(facts)
  const gone = new Set(plan.remove.flatMap(({ files }) => files))
  if (gone.size === 0) return 0
  const after = before.filter((file) => !gone.has(file))
  const details = `${world} loses ${listInWords([...gone])}`

  assert.equal(highest(reachable(after)), highest(reachable(before)), `${details}: the latest state is lost`)
  const windowStartMs = facts.nowMs - facts.snapshotRetentionMs
  const l0StartMs = Math.max(windowStartMs, facts.nowMs - facts.l0RetentionMs)
  const coarse = before.filter(({ level, createdAtMs }) => level > 0 || createdAtMs >= l0StartMs)
  for (let timeMs = windowStartMs; timeMs <= facts.nowMs; timeMs += 500) {
    const now = restoredAt(after, timeMs)
    assert.ok(now >= restoredAt(coarse, timeMs), `${details}: ${timeMs} ms restores an older state`)
    if (timeMs >= l0StartMs)
      assert.equal(now, restoredAt(before, timeMs), `${details}: ${timeMs} ms is inexact`)
  }
  const kept = reachable(after)
  for (const txid of reachable(before)) {
    const ends = before.filter(({ maxTXID }) => maxTXID === txid)
    const promised = ends.some((file) => file.createdAtMs >= (file.level === 0 ? l0StartMs : windowStartMs))
    if (promised) assert.ok(kept.has(txid), `${details}: TXID ${txid} is lost`)
  }
  checkRules(facts, gone, details)
  const rest = facts.levels.map((files) => files.filter((file) => !gone.has(file)))
  assert.deepEqual(planRetention({ ...facts, levels: rest }).remove, [], `${details}: and then still more`)
  return 1
}

function checkRules(facts: RetentionFacts, gone: ReadonlySet<FileInfo>, details: string): void {
  for (const files of facts.levels) {
    const newest = highest(files.map(({ maxTXID }) => maxTXID))
    const keptNewest = files.length === 0 || files.some((file) => file.maxTXID === newest && !gone.has(file))
    assert.ok(keptNewest, `${details}: the newest file of a level`)
  }
  const level1End = highest((facts.levels[1] ?? []).map(({ maxTXID }) => maxTXID))
  for (const file of gone)
    assert.ok(file.level > 0 || file.maxTXID <= level1End, `${details}: beyond level 1`)
}

const LEVEL_1_CHOICES = [
  '',
  '1-1',
  '1-2',
  '1-3',
  '1-2 3-3',
  '1-2 3-4',
  '2-3',
  '2-3 4-4',
  '1-1 3-4',
  '1-4',
  '3-4',
  '1-1 2-4',
]
const LEVEL_2_CHOICES = ['', '1-2', '1-3', '1-4', '3-4']

test('planRetention: every small replica → every moment of the window stays restorable', () => {
  let cases = 0
  for (let singles = 0; singles < 16; singles++) {
    for (let snapshots = 0; snapshots < 16; snapshots++) {
      for (const level1 of LEVEL_1_CHOICES) {
        for (const level2 of LEVEL_2_CHOICES) {
          const level0 = [1, 2, 3, 4].filter((txid) => singles & (1 << (txid - 1)))
          const level9 = [1, 2, 3, 4]
            .filter((txid) => snapshots & (1 << (txid - 1)))
            .map((txid) => `1-${txid}`)
          const words = [
            ['0', level0.join(' ')],
            ['1', level1],
            ['2', level2],
            ['9', level9.join(' ')],
          ]
          const stored = words
            .filter(([, files]) => files !== '')
            .map((pair) => pair.join(':'))
            .join(' ')
          const levels = levelList(stored)
          for (const [now, window, l0] of [
            [4.5, 1, 1],
            [4.5, 2, 1],
            [4.5, 3, 2],
            [6, 3, 3],
            [9, 2, 2],
          ] as const) {
            const facts = {
              levels,
              nowMs: now * 1000,
              snapshotRetentionMs: window * 1000,
              l0RetentionMs: l0 * 1000,
            }
            cases += checkWorld(facts, `${stored} at ${now} s, ${window} s and ${l0} s kept,`)
          }
        }
      }
    }
  }
  assert.ok(cases > 5000, `${cases} worlds in which something goes`)
})
