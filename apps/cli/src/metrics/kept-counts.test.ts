import assert from 'node:assert/strict'
import { test } from 'vitest'
import { databaseStatus, NO_COUNTS } from '../../test/database-status.ts'
import { KeptCounts } from './kept-counts.ts'

test('KeptCounts: never stopped → the counts as they are', () => {
  const kept = new KeptCounts()
  const counts = { ...NO_COUNTS, captures: 3 }
  for (let scrape = 0; scrape < 2; scrape++)
    assert.deepEqual(kept.update([databaseStatus({ counts })]), [counts])
})

test('KeptCounts: stopped and started again, twice → what only grows goes on, what was counted after the last look included', () => {
  const kept = new KeptCounts()
  const first = { ...NO_COUNTS, captures: 3, walBytes: 100, walOffset: 50, databaseBytes: 4096 }
  kept.update([databaseStatus({ counts: first })])
  first.captures = 5
  kept.update([])
  const second = {
    ...NO_COUNTS,
    captures: 1,
    walOffset: 7,
    checkpoints: new Map([['PASSIVE', { executed: 1, hindered: 1, elapsedMs: 2 }] as const]),
  }
  const [again] = kept.update([databaseStatus({ counts: second })])
  assert.deepEqual([again?.captures, again?.walBytes, again?.walOffset, again?.databaseBytes], [6, 100, 7, 0])
  const third = { ...second, failedCaptures: 1 }
  const [last] = kept.update([databaseStatus({ counts: third })])
  assert.deepEqual([last?.captures, last?.failedCaptures, last?.walBytes], [7, 1, 100])
  assert.deepEqual(last?.checkpoints.get('PASSIVE'), { executed: 2, hindered: 2, elapsedMs: 4 })
})

test('KeptCounts: very many that do not come back → the oldest are forgotten, those that are there never', () => {
  const kept = new KeptCounts()
  const lasting = databaseStatus({ counts: { ...NO_COUNTS, captures: 1 } })
  kept.update([lasting])
  for (let round = 0; round < 3; round++) {
    const counts = { ...NO_COUNTS, captures: 1 }
    const many = Array.from({ length: 5000 }, (_, at) =>
      databaseStatus({ path: `/data/${round}/${at}`, counts }),
    )
    kept.update([lasting, ...many])
  }
  kept.update([lasting])
  const [again] = kept.update([databaseStatus({ counts: { ...NO_COUNTS, captures: 1 } })])
  const [gone] = kept.update([databaseStatus({ path: '/data/0/0', counts: { ...NO_COUNTS, captures: 1 } })])
  const [there] = kept.update([
    databaseStatus({ path: '/data/2/4999', counts: { ...NO_COUNTS, captures: 1 } }),
  ])
  assert.deepEqual([again?.captures, gone?.captures, there?.captures], [2, 1, 2])
})
