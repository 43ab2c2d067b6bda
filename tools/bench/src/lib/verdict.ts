import type { Bound } from './bound.ts'
import type { Row } from './measure.ts'

/** `aim`: where it is to get. `ok`: what is asked for. `unknown`: nothing was run that it is a ratio of. */
export type Verdict = 'aim' | 'ok' | 'MISSED' | 'unknown'

/** Our figure divided by the other. */
export function ratioTo(row: Row, other: 'peer' | 'beside'): number | null {
  const figure = other === 'peer' ? row.peer : row.beside?.figure
  if (figure === undefined || figure.value === 0) return null
  return row.ours.value / figure.value
}

/** Is a bound of this row kept? `null`: it cannot be said. */
export function keeps(row: Row, bound: Bound): boolean | null {
  const value = bound.of === 'ours' ? row.ours.value : ratioTo(row, bound.of)
  if (value === null) return null
  return bound.is === 'at least' ? value >= bound.limit : value <= bound.limit
}

/** `null`: nothing is asked. A row that has only an aim is never missed. */
export function verdictOf(row: Row): Verdict | null {
  const { must, aim } = row
  const reachesAim = aim === undefined ? null : keeps(row, aim)
  if (reachesAim === true) return 'aim'
  if (must === undefined) return aim === undefined ? null : reachesAim === null ? 'unknown' : 'ok'
  const isKept = keeps(row, must)
  return isKept === null ? 'unknown' : isKept ? 'ok' : 'MISSED'
}
