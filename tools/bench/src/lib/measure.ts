import type { Bound } from './bound.ts'
import type { Program } from './program-under-test.ts'
import type { Figure } from './statistics.ts'

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly ours: Figure
  /** The real Litestream at the same work, alternating with ours. */
  readonly peer?: Figure | undefined
  /** Something else that did comparable work beside it, such as `dd`. */
  readonly beside?: { readonly name: string; readonly figure: Figure } | undefined
  /** What is asked for at least, in full size. */
  readonly must?: Bound | undefined
  /** Where it is to get. */
  readonly aim?: Bound | undefined
  /** Our figure cannot be told apart from one that differs by less than this, such as a tick of the clock that counts CPU. */
  readonly grain?: number | undefined
  readonly note?: string | undefined
}

/** Which sizes and how many rounds. */
export type Effort = 'full' | 'quick' | 'smoke'

export interface BenchContext {
  readonly effort: Effort
  /** Of each side; `null`: as many as the effort has. */
  readonly rounds: number | null
  /** Folder of this measure alone; removed after it. */
  readonly folder: string
  readonly ltx: Program
  /** `null`: not installed, or not wanted. */
  readonly peer: Program | null
  /** Says what is going on, for the person who waits. */
  readonly log: (text: string) => void
}

/** One kind of work. Rejects when its result is wrong: a number without a right result is worth nothing. */
export interface Measure {
  readonly name: string
  readonly about: string
  /** Too long for `--quick`; it is named there as left out. */
  readonly fullOnly?: boolean
  run(context: BenchContext): Promise<readonly Row[]>
}

/** The value for this effort. */
export function byEffort<Value>(
  context: Pick<BenchContext, 'effort'>,
  values: Readonly<Record<Effort, Value>>,
): Value {
  return values[context.effort]
}

/** How often each side runs. */
export function roundsOf(
  context: Pick<BenchContext, 'effort' | 'rounds'>,
  values: Readonly<Record<Effort, number>>,
): number {
  return context.rounds ?? byEffort(context, values)
}
