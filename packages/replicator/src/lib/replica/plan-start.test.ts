import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FileInfo } from '@ltx/client-core'
import { toTxid, type Txid } from '@ltx/format'
import { levelList } from '../../../test/file-list.ts'
import type { Identity } from './identity.ts'
import { newestCommon, planStart, type StartPlan, type TxidRange } from './plan-start.ts'

type Range = readonly [min: number, max: number]
const txid = (value: number): Txid => toTxid(BigInt(value))

function rangeOf(local: Range | null): TxidRange | null {
  return local === null ? null : { min: txid(local[0]), max: txid(local[1]) }
}

function inWords(plan: StartPlan): string {
  switch (plan.kind) {
    case 'first':
      return 'first'
    case 'continue':
      return `continue with ${plan.next}, upload after ${plan.uploadAfter ?? 'nothing'}`
    case 'rebase': {
      return `rebase on ${plan.base}, next ${plan.next}${plan.needsSnapshot ? ', snapshot' : ''}${plan.isOthers ? ', of others' : ''}`
    }
    case 'republish':
      return `republish from ${plan.snapshotFrom}, upload after ${plan.uploadAfter}, next ${plan.next}`
  }
}

interface Row {
  readonly when: string
  readonly local: Range | null
  /** As in `levelList`. */
  readonly stored: string
  readonly identity?: Identity
  readonly plan: string
}

const rows: readonly Row[] = [
  { when: 'nothing anywhere', local: null, stored: '', plan: 'first' },
  {
    when: 'local state is gone, the replica is not (litestream#781)',
    local: null,
    stored: '9:1-3 0:3..7',
    plan: 'rebase on 7, next 8',
  },
  {
    when: 'local state is gone, only compacted files are stored (INTEROP-1: Litestream would begin at 1 again)',
    local: null,
    stored: '1:1-4 2:5-9',
    plan: 'rebase on 9, next 10',
  },
  {
    when: 'local state is gone and what is stored has lost its base',
    local: null,
    stored: '0:5..7',
    plan: 'rebase on 7, next 8, snapshot',
  },
  {
    when: 'stopped before the first upload',
    local: [1, 2],
    stored: '',
    plan: 'continue with 3, upload after nothing',
  },
  {
    when: 'a snapshot 1-1 of ours alone, as it never is: the next file goes up first of all',
    local: [1, 2],
    stored: '9:1',
    identity: 'same',
    plan: 'continue with 3, upload after 1',
  },
  {
    when: 'a snapshot of TXID 1 that somebody else made, at another time',
    local: [1, 2],
    stored: '9:1',
    identity: 'different',
    plan: 'republish from 2, upload after 1, next 3',
  },
  {
    when: 'everything is uploaded',
    local: [3, 7],
    stored: '9:1-2 0:3..7',
    identity: 'same',
    plan: 'continue with 8, upload after 7',
  },
  {
    when: 'some is not uploaded (crash table: after rename of N, before upload)',
    local: [3, 9],
    stored: '9:1-2 0:3..7',
    identity: 'same',
    plan: 'continue with 10, upload after 7',
  },
  {
    when: 'a snapshot names a TXID that is not uploaded yet: ours go up after that, so it may mean another one',
    local: [3, 9],
    stored: '9:1-9 0:3..7',
    identity: 'same',
    plan: 'rebase on 9, next 10, of others',
  },
  {
    when: 'the replica is ahead by k (crash table: N uploaded, local N lost)',
    local: [3, 5],
    stored: '9:1-2 0:3..7',
    identity: 'same',
    plan: 'rebase on 7, next 8, of others',
  },
  {
    when: 'the replica is ahead, and compaction has taken the files between',
    local: [3, 5],
    stored: '9:1-2 1:3-7 0:4..5 8',
    identity: 'same',
    plan: 'rebase on 8, next 9, of others',
  },
  {
    when: 'the replica is ahead by a snapshot only, which touches every page',
    local: [3, 5],
    stored: '9:1-7 0:3..5',
    identity: 'same',
    plan: 'rebase on 7, next 8, of others',
  },
  {
    when: 'the replica is far ahead, no local file is stored any more',
    local: [3, 5],
    stored: '9:1-90 0:80..95',
    plan: 'rebase on 95, next 96, of others',
  },
  {
    when: 'files after the newest common one were compacted and are gone from level 0: they cannot be ours',
    local: [3, 9],
    stored: '9:1-2 0:3..5 1:3-7',
    identity: 'same',
    plan: 'rebase on 7, next 8, of others',
  },
  {
    when: 'other bytes at the newest common TXID (crash table: late PUT of a dead process)',
    local: [3, 7],
    stored: '9:1-2 0:3..7',
    identity: 'different',
    plan: 'rebase on 7, next 8, of others',
  },
  {
    when: 'other bytes, local files are ahead',
    local: [3, 9],
    stored: '9:1-2 0:3..7',
    identity: 'different',
    plan: 'rebase on 7, next 8, of others',
  },
  {
    when: 'other bytes everywhere (a TXID reused after `reset`)',
    local: [1, 4],
    stored: '0:1..9',
    identity: 'different',
    plan: 'rebase on 9, next 10, of others',
  },
  {
    when: 'as far as the replica, but no file in common',
    local: [3, 7],
    stored: '9:1-7',
    plan: 'rebase on 7, next 8',
  },
  {
    when: 'local files are ahead, no file in common',
    local: [8, 9],
    stored: '9:1-2 0:3..7',
    plan: 'republish from 9, upload after 8, next 10',
  },
  {
    when: 'the stored twin vanished between listing and reading',
    local: [3, 9],
    stored: '9:1-2 0:3..7',
    identity: 'unknown',
    plan: 'republish from 9, upload after 8, next 10',
  },
  {
    when: 'the replica was emptied',
    local: [5, 9],
    stored: '',
    plan: 'republish from 9, upload after 8, next 10',
  },
  {
    when: 'the base of the replica was deleted',
    local: [5, 9],
    stored: '0:5..7',
    identity: 'same',
    plan: 'republish from 9, upload after 7, next 10',
  },
  {
    when: 'a hole in the replica behind the newest common file',
    local: [5, 9],
    stored: '9:1-3 0:5..9',
    identity: 'same',
    plan: 'republish from 9, upload after 9, next 10',
  },
  {
    when: 'a hole that a later snapshot spans',
    local: [5, 9],
    stored: '9:1 1-6 0:1 5..9',
    identity: 'same',
    plan: 'continue with 10, upload after 9',
  },
]

for (const { when, local, stored, identity = 'unknown', plan } of rows) {
  test(`planStart: ${when} → ${plan}`, () => {
    const made = planStart({
      local: rangeOf(local),
      levels: levelList(stored),
      identity,
    })
    assert.equal(inWords(made), plan)
    assert.notEqual(made.because, '')
  })
}

test('newestCommon: ranges and other levels → only level 0 files of one TXID count', () => {
  const levels = levelList('0:3 4 5-6 1:5 9:1-6')
  assert.equal(newestCommon({ min: txid(1), max: txid(9) }, levels)?.maxTXID, 4n)
  assert.equal(newestCommon({ min: txid(5), max: txid(9) }, levels), null)
})

test('newestCommon: nothing at level 0, the first image as a snapshot → that snapshot', () => {
  const levels = levelList('9:1 1-6')
  assert.equal(newestCommon({ min: txid(1), max: txid(9) }, levels)?.level, 9)
  assert.equal(newestCommon({ min: txid(2), max: txid(9) }, levels), null)
})

// Every small world: whatever is planned, what follows must be restorable and use no TXID twice.
test('planStart: every small world → no stored TXID is used again, and nothing goes up behind a hole', () => {
  const pieces = ['0:1', '0:2', '0:3', '0:4', '1:1-2', '1:3-4', '9:1', '9:1-3', '9:1-4']
  const locals: (Range | null)[] = [null]
  for (let min = 1; min <= 5; min++) for (let max = min; max <= 5; max++) locals.push([min, max])
  let cases = 0
  for (let set = 0; set < 2 ** pieces.length; set++) {
    const stored = pieces.filter((_, bit) => set & (1 << bit)).join(' ')
    const levels = levelList(stored)
    for (const local of locals) {
      const range = rangeOf(local)
      const common = range === null ? null : newestCommon(range, levels)
      for (const identity of common === null
        ? (['unknown'] as const)
        : (['same', 'different', 'unknown'] as const)) {
        checkWorld(
          levels,
          range,
          planStart({ local: range, levels, identity }),
          JSON.stringify({ stored, local, identity }),
        )
        cases++
      }
    }
  }
  assert.ok(cases > 10_000)
})

function checkWorld(levels: FileInfo[][], local: TxidRange | null, plan: StartPlan, world: string): void {
  const files = levels.flat()
  const stored = files.reduce((max, file) => (file.maxTXID > max ? file.maxTXID : max), 0n)
  if (plan.kind === 'first') return assert.ok(stored === 0n && local === null, world)
  assert.ok(plan.next > stored, `${world}: ${inWords(plan)} uses a stored TXID again`)
  if (plan.kind === 'rebase') {
    assert.equal(plan.base, stored, world)
    return assert.ok(plan.needsSnapshot || reaches(files, stored), `${world}: ${inWords(plan)} has no base`)
  }
  assert.ok(local !== null, world)
  assert.ok(plan.next === local.max + 1n, world)
  const uploads = Array.from({ length: 6 }, (_, index) => BigInt(index)).filter(
    (value) => value > (plan.uploadAfter ?? 0n) && value <= local.max,
  )
  assert.ok(
    uploads.every((value) => value >= local.min),
    `${world}: ${inWords(plan)} uploads what is not local`,
  )
  const snapshot = plan.kind === 'republish' ? [{ minTXID: 1n, maxTXID: plan.snapshotFrom as bigint }] : []
  const after = [...files, ...snapshot, ...uploads.map((value) => ({ minTXID: value, maxTXID: value }))]
  assert.ok(reaches(after, local.max), `${world}: ${inWords(plan)} leaves a replica that does not restore`)
}

function reaches(files: readonly { minTXID: bigint; maxTXID: bigint }[], target: bigint): boolean {
  let end = 0n
  for (let moved = true; moved;) {
    const next = files.find((file) => file.minTXID <= end + 1n && file.maxTXID > end)
    moved = next !== undefined
    end = next?.maxTXID ?? end
  }
  return end >= target
}
