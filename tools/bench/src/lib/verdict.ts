import type { Row } from './measure.ts'

/** Our figure divided by the other. */
export function ratioTo(row: Row, other: 'peer' | 'beside'): number | null {
  const figure = other === 'peer' ? row.peer : row.beside?.figure
  if (figure === undefined || figure.value === 0) return null
  return row.ours.value / figure.value
}

/** Does the row keep what the issue asks for? `null`: nothing is asked, or it cannot be said. */
export function meetsFloor(row: Row): boolean | null {
  const { floor } = row
  if (floor === undefined) return null
  const value = floor.of === 'ours' ? row.ours.value : ratioTo(row, 'beside')
  if (value === null) return null
  return floor.is === 'at least' ? value >= floor.limit : value <= floor.limit
}
