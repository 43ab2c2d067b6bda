import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SeededRandom } from '@ltx/env/sim'
import {
  BURST_SYNCS_MAX,
  isSteadilyHot,
  pace,
  startPace,
  type PaceInput,
  type PaceSettings,
  type PaceState,
} from './pace.ts'

const SETTINGS: PaceSettings = { syncIntervalMs: 1000, burstMax: BURST_SYNCS_MAX }

/** A database that takes `syncMs` for a sync. Runs events through `pace` as the engine would, and tells when syncs began. */
function drive(
  eventsAtMs: readonly number[],
  untilMs: number,
  syncMs = 0,
): { syncs: number[]; state: PaceState; wakeUps: number } {
  let state = startPace(0, SETTINGS)
  const syncs: number[] = []
  let syncEndsMs = Infinity
  let timerMs = Infinity
  let dirty = false // something was written that no sync has seen
  let wakeUps = 0
  const events = [...eventsAtMs]
  const step = (input: PaceInput, nowMs: number): void => {
    const { state: after, decision } = pace(state, input, nowMs, SETTINGS)
    state = after
    timerMs = decision.kind === 'wait' ? decision.untilMs : Infinity
    if (decision.kind !== 'sync') return
    syncs.push(nowMs)
    syncEndsMs = nowMs + syncMs
  }
  let foundChanges = false
  for (;;) {
    const nowMs = Math.min(events[0] ?? Infinity, timerMs, syncEndsMs)
    if (nowMs > untilMs) return { syncs, state, wakeUps }
    wakeUps++
    if (nowMs === syncEndsMs) {
      syncEndsMs = Infinity
      step({ finished: foundChanges ? 'found-changes' : 'found-nothing' }, nowMs)
    } else if (nowMs === events[0]) {
      events.shift()
      dirty = true
      step('event', nowMs)
    } else step('due', nowMs)
    if (syncEndsMs === nowMs + syncMs && syncs.at(-1) === nowMs) {
      foundChanges = dirty // what is written later waits for the next sync
      dirty = false
    }
  }
}

const every = (intervalMs: number, untilMs: number): number[] =>
  Array.from({ length: Math.floor(untilMs / intervalMs) }, (_, index) => (index + 1) * intervalMs)

test('pace: first event after a pause → a sync at once, and then rest without a timer', () => {
  const { syncs, state } = drive([5000], 100_000)
  assert.deepEqual(syncs, [5000])
  assert.equal(state.phase, 'cool')
})

test('pace: eight events in a row after a pause → each at once; the ninth waits for its turn', () => {
  const { syncs } = drive([100, 101, 102, 103, 104, 105, 106, 107, 108], 50_000)
  assert.deepEqual(syncs.slice(0, 8), [100, 101, 102, 103, 104, 105, 106, 107])
  assert.equal(syncs[8], 1100)
})

test('pace: a steady stream of events → eight at once, then one per interval by the clock', () => {
  const { syncs, state } = drive(every(1, 60_000), 60_000)
  assert.equal(state.phase, 'hot')
  assert.ok(syncs.length >= 8 + 58 && syncs.length <= 8 + 60, `${syncs.length} syncs`)
  for (const [index, atMs] of syncs.entries()) {
    if (index > 8) assert.ok(atMs - (syncs[index - 1] ?? 0) >= 999, `${atMs}`)
  }
})

test('pace: commits faster than syncs → three at once, then one per interval by the clock, and no event is needed', () => {
  const { syncs, state } = drive(every(2, 6000), 6000, 10)
  assert.deepEqual(syncs.slice(0, 3), [2, 12, 22])
  assert.ok((syncs[3] ?? 0) > 900 && syncs.length <= 9, syncs.join(' '))
  assert.equal(isSteadilyHot(state, SETTINGS), true)
})

test('pace: a few commits faster than syncs → each is captured at once', () => {
  const { syncs, state } = drive([100, 104, 108], 9000, 10)
  assert.deepEqual(syncs, [100, 110])
  assert.equal(state.phase, 'cool')
})

test('pace: one event per interval → each at once, without end', () => {
  const events = every(1000, 60_000)
  assert.deepEqual(drive(events, 61_000).syncs, events)
})

test('pace: the stream ends → at most one more sync, then no timer', () => {
  const { syncs, state } = drive(every(1, 20_000), 200_000)
  assert.ok((syncs.at(-1) ?? 0) <= 22_000)
  assert.equal(state.phase, 'cool')
})

test('pace: a pause of eight intervals after a stream → eight at once again', () => {
  const { syncs } = drive(
    [...every(1, 5000), ...Array.from({ length: 8 }, (_, index) => 20_000 + index)],
    50_000,
  )
  assert.deepEqual(syncs.slice(-9, -1), [20_000, 20_001, 20_002, 20_003, 20_004, 20_005, 20_006, 20_007])
})

test('pace: an event during a sync → one more sync after it', () => {
  assert.deepEqual(drive([100, 150, 160], 50_000, 80).syncs, [100, 180])
})

test('pace: a timer that fires early or for nothing → no sync', () => {
  const start = startPace(0, SETTINGS)
  assert.deepEqual(pace(start, 'due', 10, SETTINGS).decision, { kind: 'rest' })
  const hot: PaceState = { ...start, creditMs: 0, phase: 'hot', dueAtMs: 1000 }
  assert.deepEqual(pace(hot, 'due', 999, SETTINGS).decision, { kind: 'wait', untilMs: 1000 })
  assert.deepEqual(pace(hot, 'due', 1000, SETTINGS).decision, { kind: 'sync' })
})

test('pace: a sync that failed → rest; who retries makes an event of it', () => {
  const running = pace(startPace(0, SETTINGS), 'event', 0, SETTINGS).state
  assert.deepEqual(pace(running, { finished: 'failed' }, 50, SETTINGS).decision, { kind: 'rest' })
})

const hotAt = (nowMs: number): PaceState => ({
  ...startPace(nowMs, SETTINGS),
  creditMs: 0,
  phase: 'hot',
  dueAtMs: nowMs + 1000,
})

test('pace: somebody waits for the pin of a hot database → a sync before its time, and the interval begins anew', () => {
  const begun = pace(hotAt(0), 'wanted', 300, SETTINGS)
  assert.deepEqual(begun.decision, { kind: 'sync' })
  const after = pace(begun.state, { finished: 'found-changes' }, 310, SETTINGS)
  assert.deepEqual(after.decision, { kind: 'wait', untilMs: 1300 })
})

test('pace: somebody waits for the pin all the time → a few syncs a second', () => {
  let state = hotAt(0)
  let syncs = 0
  for (let nowMs = 0; nowMs < 10_000; nowMs += 10) {
    const step = pace(state, 'wanted', nowMs, SETTINGS)
    state = step.state
    if (step.decision.kind !== 'sync') continue
    syncs++
    state = pace(state, { finished: 'found-changes' }, nowMs, SETTINGS).state
  }
  assert.ok(syncs >= 40 && syncs <= 44, `${syncs} syncs in 10 s`)
})

test('pace: somebody waits for the pin of a database that is cool, or syncs → nothing happens', () => {
  const cool = startPace(0, SETTINGS)
  assert.deepEqual(pace(cool, 'wanted', 10, SETTINGS).decision, { kind: 'rest' })
  const running = pace(cool, 'event', 0, SETTINGS).state
  assert.deepEqual(pace(running, 'wanted', 10, SETTINGS).decision, { kind: 'rest' })
})

test('pace: three syncs found changes without a rest, and no more are due at once → steadily hot; one that finds none → not any more', () => {
  let state = hotAt(0)
  const steady: boolean[] = []
  for (let sync = 1; sync <= 4; sync++) {
    const finished = sync < 4 ? 'found-changes' : 'found-nothing'
    state = pace(state, 'due', sync * 1000, SETTINGS).state
    state = pace(state, { finished }, sync * 1000, SETTINGS).state
    steady.push(isSteadilyHot(state, SETTINGS))
  }
  assert.deepEqual(steady, [false, false, true, false])
})

test('pace: the stream ends → not steadily hot', () => {
  assert.equal(isSteadilyHot(drive(every(1, 20_000), 20_000).state, SETTINGS), true)
  assert.equal(isSteadilyHot(drive(every(1, 20_000), 200_000).state, SETTINGS), false)
})

const seed = Number(process.env['PACE_SEED'] ?? Date.now() % 1_000_000)

test('pace: random events → none is forgotten, and never more syncs than the credit allows', () => {
  const random = new SeededRandom(seed)
  for (let round = 0; round < 200; round++) {
    const gapMs = 1 + random.below(1500)
    let atMs = 0
    const events = Array.from({ length: 1 + random.below(60) }, () => (atMs += 1 + random.below(gapMs)))
    const syncMs = random.below(3) * random.below(700)
    const { syncs, state } = drive(events, atMs + 60_000, syncMs)
    const replay = `PACE_SEED=${seed}, round ${round}`
    assert.equal(state.phase, 'cool', replay)
    for (const eventMs of events) {
      const answer = syncs.find((beganMs) => beganMs >= eventMs)
      assert.ok(answer !== undefined, `${replay}: event at ${eventMs} ms has no sync after it`)
      assert.ok(
        answer - eventMs <= 1000 + 2 * syncMs,
        `${replay}: event at ${eventMs} ms waits until ${answer} ms`,
      )
    }
    for (const [index, beganMs] of syncs.entries()) {
      const before = syncs[index - 9]
      if (before !== undefined) assert.ok(beganMs - before >= 999, `${replay}: ten syncs within an interval`)
    }
  }
})

test('pace: the first sync after a pause finds much → one an interval from then on, and no event is needed', () => {
  let state = pace(startPace(0, SETTINGS), 'event', 0, SETTINGS).state
  const untilMs: number[] = []
  const hot: boolean[] = []
  for (let nowMs = 200; nowMs < 4000; nowMs = (untilMs.at(-1) ?? 0) + 200) {
    state = pace(state, 'event', nowMs - 100, SETTINGS).state
    const after = pace(state, { finished: 'found-much' }, nowMs, SETTINGS)
    assert.ok(after.decision.kind === 'wait')
    untilMs.push(after.decision.untilMs)
    hot.push(isSteadilyHot(after.state, SETTINGS))
    const due = pace(after.state, 'due', after.decision.untilMs, SETTINGS)
    assert.equal(due.decision.kind, 'sync')
    state = due.state
  }
  assert.deepEqual(untilMs.slice(0, 3), [1200, 2400, 3600])
  assert.deepEqual(hot.slice(0, 3), [true, true, true])
})

test('pace: found much without an event since → one more look an interval later; nothing then → rest', () => {
  const begun = pace(startPace(0, SETTINGS), 'event', 0, SETTINGS)
  const after = pace(begun.state, { finished: 'found-much' }, 100, SETTINGS)
  assert.deepEqual(after.decision, { kind: 'wait', untilMs: 1100 })
  const due = pace(after.state, 'due', 1100, SETTINGS)
  const end = pace(due.state, { finished: 'found-nothing' }, 1101, SETTINGS)
  assert.deepEqual(end.decision, { kind: 'rest' })
})
