import { abbaOrder } from './alternate.ts'
import type { BenchContext } from './measure.ts'
import type { Program } from './program-under-test.ts'

/** What each round of each side gave. `peer` is empty where it did not run. */
export interface BothSides<Result> {
  readonly ours: readonly Result[]
  readonly peer: readonly Result[]
}

/** Runs the same work with our command and the real one, A B B A …; without the real one, ours alone. */
export async function measureSides<Result>(
  context: Pick<BenchContext, 'ltx' | 'peer'>,
  rounds: number,
  work: (program: Program, round: number) => Promise<Result>,
): Promise<BothSides<Result>> {
  const { ltx, peer } = context
  const order = peer === null ? Array.from({ length: rounds }, () => ltx) : abbaOrder(ltx, peer, rounds)
  const results: { ours: Result[]; peer: Result[] } = { ours: [], peer: [] }
  for (const [round, program] of order.entries()) results[program.side].push(await work(program, round))
  return results
}
