import type { Random } from '@ltx/env'
import type { ClientErrorCode } from '../errors.ts'

/** What can be made to fail. */
export type FaultedCall = 'init' | 'listFiles' | 'readFile' | 'writeFile' | 'deleteFiles' | 'deleteAll'

/**
 * `fail`: the call fails; `after` so many files (`listFiles`) or bytes (`readFile`, and of the source of a `writeFile`), at once when
 * absent. `lose-reply`: the call takes effect and then fails. `truncate`: a listing or a body ends as if complete, after so many
 * files or bytes. `delay`: the call starts later.
 */
export type Fault =
  | { readonly kind: 'fail'; readonly code?: ClientErrorCode; readonly after?: number }
  | { readonly kind: 'lose-reply'; readonly code?: ClientErrorCode }
  | { readonly kind: 'truncate'; readonly after: number }
  | { readonly kind: 'delay'; readonly delayMs: number }

/** One planned fault: the `nth` call of its kind, 1 being the first. */
export interface FaultRule {
  readonly call: FaultedCall
  readonly nth: number
  readonly fault: Fault
}

/** Probabilities per call, from 0 to 1, and the longest delay. */
export interface FaultRates {
  readonly fail: number
  readonly loseReply: number
  /** Fails in the middle of a listing, a body or a source. */
  readonly breakOff: number
  /** Only reads: nobody could notice a listing cut short. */
  readonly truncate: number
  readonly delayMsMax: number
}

export interface FaultPlan {
  readonly rules?: readonly FaultRule[] | undefined
  readonly rates?: Partial<FaultRates> | undefined
}

const NO_FAULTS: FaultRates = { fail: 0, loseReply: 0, breakOff: 0, truncate: 0, delayMsMax: 0 }
const BREAK_OFF_AFTER_FILES = 8
const BREAK_OFF_AFTER_BYTES = 128 * 1024

/** What happens to this call: planned faults, or else what chance says. A seeded `random` replays. */
export function faultsFor(plan: FaultPlan, call: FaultedCall, nth: number, random: Random): Fault[] {
  const planned = (plan.rules ?? []).filter((rule) => rule.call === call && rule.nth === nth)
  if (planned.length > 0) return planned.map(({ fault }) => fault)
  const rates = { ...NO_FAULTS, ...plan.rates }
  const faults: Fault[] = []
  if (rates.delayMsMax > 0) faults.push({ kind: 'delay', delayMs: random.next() * rates.delayMsMax })
  const afterMax = call === 'listFiles' ? BREAK_OFF_AFTER_FILES : BREAK_OFF_AFTER_BYTES
  const after = Math.floor(random.next() * afterMax)
  const isStream = call === 'listFiles' || call === 'readFile' || call === 'writeFile'
  if (random.next() < rates.fail) faults.push({ kind: 'fail' })
  else if (random.next() < rates.loseReply) faults.push({ kind: 'lose-reply' })
  else if (isStream && random.next() < rates.breakOff) faults.push({ kind: 'fail', after })
  else if (call === 'readFile' && random.next() < rates.truncate) faults.push({ kind: 'truncate', after })
  return faults
}
