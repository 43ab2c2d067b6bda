/** Syncs that may follow each other at once after a pause. */
export const BURST_SYNCS_MAX = 8

/** Syncs before their time, because the application waits for us: one per so many milliseconds, and so many saved up. */
const HURRY_MS = 250
const HURRIES_MAX = 4

/** What each sync costs besides its own interval when it found something right after another that did: such a stream is no few commits. */
const STREAM_INTERVALS = 3

/** So many syncs found something without a rest, and the burst is over: it will go on like this. */
const STEADY_SYNCS_MIN = 3

export interface PaceSettings {
  readonly syncIntervalMs: number
  readonly burstMax: number
}

/** When one database syncs next. A value: {@link pace} makes a new one. */
export interface PaceState {
  /** Saved up, a millisecond per millisecond up to `burstMax` intervals; a sync costs an interval. */
  readonly creditMs: number
  readonly countedAtMs: number
  /** `cool`: events decide. `running`: a sync is under way. `hot`: the clock decides, at `dueAtMs`; events are ignored. */
  readonly phase: 'cool' | 'running' | 'hot'
  readonly dueAtMs: number | null
  /** Something has happened since the running sync began. It may have come too late for it. */
  readonly eventSince: boolean
  /** Saved up for syncs before their time. */
  readonly hurryMs: number
  /** Syncs that found changes since the last rest. */
  readonly inARow: number
}

export type PaceInput =
  /** The database or its WAL has changed, as far as we are told. */
  | 'event'
  /** The time that the last decision named has come. */
  | 'due'
  /** Somebody waits for our pin: it should move before its time. */
  | 'wanted'
  /** `found-much`: megabytes, which is no few commits after a pause but load. */
  | { readonly finished: 'found-changes' | 'found-much' | 'found-nothing' | 'failed' }

export type PaceDecision =
  | { readonly kind: 'sync' }
  /** Come back with `due` then; until then no sync. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** No timer is needed: the next event decides, or the end of the running sync. */
  | { readonly kind: 'rest' }

export interface PaceStep {
  readonly state: PaceState
  readonly decision: PaceDecision
}

export function startPace(nowMs: number, settings: PaceSettings): PaceState {
  return {
    creditMs: settings.burstMax * settings.syncIntervalMs,
    countedAtMs: nowMs,
    phase: 'cool',
    dueAtMs: null,
    eventSince: false,
    hurryMs: HURRIES_MAX * HURRY_MS,
    inARow: 0,
  }
}

/** The database is written to all the time: the clock decides, and events would only cost their handling. */
export function isSteadilyHot(state: PaceState, settings: PaceSettings): boolean {
  const isBurstOver = state.creditMs < settings.syncIntervalMs || state.inARow > settings.burstMax
  return state.inARow >= STEADY_SYNCS_MIN && isBurstOver
}

/**
 * Decides what follows an event, the passing of time, or the end of a sync.
 *
 * After a pause the first event is answered at once, and so are the next few; then it is one sync per interval, by the clock, for as
 * long as each of them finds something. A sync that found much ends the burst, and commits that come faster than syncs end it soon: what comes at such a pace is better read once. An event during a sync is never lost: it is answered by one more. When the application waits for
 * our pin, a sync comes before its time, a few a second at most, and the interval begins anew.
 *
 * @param nowMs From a clock that never goes back.
 * @see engine.md §7
 */
export function pace(state: PaceState, input: PaceInput, nowMs: number, settings: PaceSettings): PaceStep {
  const current = refilled(state, nowMs, settings)
  if (input === 'event') {
    if (current.phase === 'running') return rest({ ...current, eventSince: true })
    if (current.phase === 'hot') return waitOn(current, nowMs)
    return next(current, nowMs, settings)
  }
  if (input === 'due') {
    const early = current.dueAtMs === null || nowMs < current.dueAtMs
    if (current.phase !== 'hot' || early) return waitOn(current, nowMs)
    return begin(current, settings)
  }
  if (input === 'wanted') {
    if (current.phase !== 'hot' || current.hurryMs < HURRY_MS) return waitOn(current, nowMs)
    return begin({ ...current, hurryMs: current.hurryMs - HURRY_MS }, settings)
  }
  if (current.phase !== 'running') return waitOn(current, nowMs)
  const { finished } = input
  const isMuch = finished === 'found-much'
  const foundSome = isMuch || finished === 'found-changes'
  const isStream = foundSome && current.inARow > 0 && current.inARow < STEADY_SYNCS_MIN
  const streamMs = isStream ? STREAM_INTERVALS * settings.syncIntervalMs : 0
  const creditMs = isMuch ? 0 : Math.max(0, current.creditMs - streamMs)
  const more = current.eventSince || (creditMs < settings.syncIntervalMs && foundSome)
  const before = isMuch ? settings.burstMax : current.inARow // a flood: no event is needed from now on
  const after = { ...current, creditMs, inARow: more && foundSome ? before + 1 : 0 }
  return more ? next(after, nowMs, settings) : rest({ ...after, phase: 'cool', dueAtMs: null })
}

function refilled(state: PaceState, nowMs: number, settings: PaceSettings): PaceState {
  const creditMsMax = settings.burstMax * settings.syncIntervalMs
  const passedMs = Math.max(0, nowMs - state.countedAtMs)
  return {
    ...state,
    creditMs: Math.min(creditMsMax, state.creditMs + passedMs),
    hurryMs: Math.min(HURRIES_MAX * HURRY_MS, state.hurryMs + passedMs),
    countedAtMs: nowMs,
  }
}

function next(state: PaceState, nowMs: number, settings: PaceSettings): PaceStep {
  const missingMs = settings.syncIntervalMs - state.creditMs
  if (missingMs <= 0) return begin(state, settings)
  const untilMs = nowMs + missingMs
  return { state: { ...state, phase: 'hot', dueAtMs: untilMs }, decision: { kind: 'wait', untilMs } }
}

/** What is due by the clock begins even if the credit is short of an interval by a rounding error. */
function begin(state: PaceState, settings: PaceSettings): PaceStep {
  const creditMs = Math.max(0, state.creditMs - settings.syncIntervalMs)
  return {
    state: { ...state, creditMs, phase: 'running', dueAtMs: null, eventSince: false },
    decision: { kind: 'sync' },
  }
}

function rest(state: PaceState): PaceStep {
  return { state, decision: { kind: 'rest' } }
}

function waitOn(state: PaceState, nowMs: number): PaceStep {
  if (state.phase !== 'hot' || state.dueAtMs === null) return rest(state)
  return { state, decision: { kind: 'wait', untilMs: Math.max(nowMs, state.dueAtMs) } }
}
