import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { levelList } from '../../../test/file-list.ts'
import type { Identity } from './identity.ts'
import { planKnown } from './plan-known.ts'

interface Row {
  readonly when: string
  /** Local files by now, those that were captured without the replica included. */
  readonly local: readonly [min: number, max: number] | null
  readonly stored: string
  readonly identity?: Identity
  readonly plan: string
}

const rows: readonly Row[] = [
  { when: 'an empty database, an empty replica', local: null, stored: '', plan: 'go on after nothing' },
  {
    when: 'a first start, an empty replica: number 1 was right',
    local: [1, 4],
    stored: '',
    plan: 'go on after nothing',
  },
  {
    when: 'the replica ends where local state said',
    local: [3, 9],
    stored: '9:1-2 0:3..5',
    identity: 'same',
    plan: 'go on after 5',
  },
  {
    when: 'nothing was captured, and all is stored',
    local: [3, 5],
    stored: '9:1-2 0:3..5',
    identity: 'same',
    plan: 'go on after 5',
  },
  {
    when: 'the replica is ahead of the last local file, and of all that was captured',
    local: [3, 6],
    stored: '9:1-2 0:3..8',
    identity: 'different',
    plan: 'replan',
  },
  {
    when: 'the replica went on, but not as far as we did: its files carry our numbers',
    local: [3, 9],
    stored: '9:1-2 0:3..7',
    identity: 'different',
    plan: 'replan',
  },
  {
    when: 'the replica went on and was compacted',
    local: [3, 9],
    stored: '9:1-2 1:3-7 0:5',
    identity: 'same',
    plan: 'replan',
  },
  {
    when: 'local state was lost, the replica is longer than what was captured',
    local: [1, 3],
    stored: '9:1-40 0:41..50',
    plan: 'replan',
  },
  {
    when: 'local state was lost, the replica is shorter and its numbers are the same',
    local: [1, 9],
    stored: '0:1..3',
    identity: 'different',
    plan: 'replan',
  },
  {
    when: 'local state was lost, the replica is shorter and has no file of one TXID',
    local: [1, 9],
    stored: '1:1-3',
    plan: 'replan',
  },
  { when: 'the replica was emptied', local: [3, 9], stored: '', plan: 'replan' },
  {
    when: 'the stored twin vanished between listing and reading',
    local: [3, 9],
    stored: '9:1-2 0:3..5',
    identity: 'unknown',
    plan: 'replan',
  },
  {
    when: 'what is stored has lost its base',
    local: [3, 9],
    stored: '0:4..5',
    identity: 'same',
    plan: 'replan',
  },
]

for (const { when, local, stored, identity = 'unknown', plan } of rows) {
  test(`planKnown: ${when} → ${plan}`, () => {
    const range = local === null ? null : { min: toTxid(BigInt(local[0])), max: toTxid(BigInt(local[1])) }
    const made = planKnown({ local: range, levels: levelList(stored), identity })
    const words = made.kind === 'go-on' ? `go on after ${made.confirmed ?? 'nothing'}` : made.kind
    assert.equal(words, plan)
    assert.notEqual(made.because, '')
  })
}
