import type { Row } from './measure.ts'
import type { BothSides } from './sides.ts'
import { median, type Figure } from './statistics.ts'

/** A row about one number of each round, for both sides. */
export function rowOf<Result>(
  sides: BothSides<Result>,
  words: Omit<Row, 'ours' | 'peer'>,
  pick: (result: Result) => number,
  summarise: (samples: readonly number[]) => Figure = median,
): Row {
  const peer = sides.peer.length === 0 ? undefined : summarise(sides.peer.map(pick))
  return { ...words, ours: summarise(sides.ours.map(pick)), peer }
}
