/** Syncs that may follow each other at once after a pause. */
export const BURST_SYNCS_MAX = 8

export interface PaceSettings {
  readonly syncIntervalMs: number
  readonly burstMax: number
}

/** When one database syncs next. A value: {@link pace} makes a new one. */
export interface PaceState {
  /** Syncs that may begin at once. Has a fraction: one more per interval, up to `burstMax`. */
  readonly tokens: number
  readonly countedAtMs: number
  /** `cool`: events decide. `running`: a sync is under way. `hot`: the clock decides, at `dueAtMs`; events are ignored. */
  readonly phase: 'cool' | 'running' | 'hot'
  readonly dueAtMs: number | null
  /** Something has happened since the running sync began. It may have come too late for it. */
  readonly eventSince: boolean
}

export type PaceInput =
  /** The database or its WAL has changed, as far as we are told. */
  | 'event'
  /** The time that the last decision named has come. */
  | 'due'
  | { readonly finished: 'found-changes' | 'found-nothing' | 'failed' }

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
  return { tokens: settings.burstMax, countedAtMs: nowMs, phase: 'cool', dueAtMs: null, eventSince: false }
}

/**
 * Decides what follows an event, the passing of time, or the end of a sync.
 *
 * After a pause the first event is answered at once, and so are the next few; then it is one sync per interval, by the clock, for as
 * long as each of them finds something. An event during a sync is never lost: it is answered by one more.
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
    return begin(current)
  }
  if (current.phase !== 'running') return waitOn(current, nowMs)
  const spent = current.tokens < 1
  const more = current.eventSince || (spent && input.finished === 'found-changes')
  return more ? next(current, nowMs, settings) : rest({ ...current, phase: 'cool', dueAtMs: null })
}

function refilled(state: PaceState, nowMs: number, settings: PaceSettings): PaceState {
  const passed = Math.max(0, nowMs - state.countedAtMs) / settings.syncIntervalMs
  return { ...state, tokens: Math.min(settings.burstMax, state.tokens + passed), countedAtMs: nowMs }
}

function next(state: PaceState, nowMs: number, settings: PaceSettings): PaceStep {
  if (state.tokens >= 1) return begin(state)
  const untilMs = nowMs + (1 - state.tokens) * settings.syncIntervalMs
  return { state: { ...state, phase: 'hot', dueAtMs: untilMs }, decision: { kind: 'wait', untilMs } }
}

/** When it is due by the clock the token may be short of one by a rounding error. */
function begin(state: PaceState): PaceStep {
  const tokens = Math.max(0, state.tokens - 1)
  return {
    state: { ...state, tokens, phase: 'running', dueAtMs: null, eventSince: false },
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
