import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FloodPause } from './flood-pause.ts'

const LATER = { kind: 'later' } as const
const DONE = { kind: 'done', lockedMs: 1 } as const

test('FloodPause: more than twenty times the limit in a second → a flood; as much, or in more time → none', () => {
  const pause = new FloodPause(1000)
  assert.deepEqual(
    [
      pause.isFlood(20_001, 1000),
      pause.isFlood(20_000, 1000),
      pause.isFlood(20_001, 1001),
      pause.isFlood(1, 0),
    ],
    [true, false, false, true],
  )
})

test('FloodPause: a try fails → none until the WAL is twice as long, and so on', () => {
  const pause = new FloodPause(1000)
  const tries: number[] = []
  for (let frames = 10_000; frames <= 200_000; frames += 5000) {
    if (pause.isOn(frames)) continue
    tries.push(frames)
    pause.tried(frames, LATER)
  }
  assert.deepEqual(tries, [10_000, 20_000, 40_000, 80_000, 160_000])
})

test('FloodPause: a try succeeds, a reader was in the way, or the WAL begins anew → no pause', () => {
  const pause = new FloodPause(1000)
  for (const result of [DONE, { kind: 'reader', frames: 9, backfilled: 1 } as const]) {
    pause.tried(50_000, LATER)
    assert.ok(pause.isOn(60_000))
    pause.tried(60_000, result)
    assert.ok(!pause.isOn(60_000))
  }
  pause.tried(60_000, LATER)
  assert.ok(pause.isOn(70_000))
  assert.ok(!pause.isOn(12_000))
  assert.ok(!pause.isOn(70_000))
})
