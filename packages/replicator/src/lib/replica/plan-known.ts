import type { Txid } from '@ltx/format'
import { planStart, type StartFacts } from './plan-start.ts'

/** What is local does not continue what is stored, or part of that has gone: begin again from what is there now. */
export interface Replan {
  readonly kind: 'replan'
  readonly because: string
}

export type KnownPlan =
  /** The provisional numbers are right: local files after `confirmed` go up as they are. */
  | {
      readonly kind: 'go-on'
      readonly plan: 'first' | 'continue'
      readonly confirmed: Txid | null
      readonly because: string
    }
  | Replan

/**
 * How a database goes on that was begun before its replica could be listed, now that it has been. Files captured meanwhile are like any
 * other local files that a process left behind: if what is stored is where they begin, they go up; else the next start decides, as
 * always, and nothing stored is overwritten or left out.
 *
 * @see engine.md §8, provisional numbers
 */
export function planKnown(facts: StartFacts): KnownPlan {
  const plan = planStart(facts)
  switch (plan.kind) {
    case 'first':
      return { kind: 'go-on', plan: plan.kind, confirmed: null, because: plan.because }
    case 'continue':
      return { kind: 'go-on', plan: plan.kind, confirmed: plan.uploadAfter, because: plan.because }
    case 'rebase':
    case 'republish':
      return { kind: 'replan', because: plan.because }
    default:
      return plan satisfies never
  }
}
