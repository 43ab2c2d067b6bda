import type { Row } from './measure.ts'
import type { Figure } from './statistics.ts'

/** What one round gave says little. */
const NOISE_OF_ONE = 0.5
/** Two runs of one row differ by so much without a reason. */
const NOISE_MIN = 0.25

/** How a row did in a later run. Below 1 it got better, whichever way is better. */
export interface Change {
  readonly what: string
  readonly kind: 'slower' | 'faster' | 'same'
  /** What was compared: `ratio` to Litestream, `beside` to what ran beside it, or our figure alone. */
  readonly by: 'ratio' | 'beside' | 'figure'
  readonly before: number
  readonly after: number
  /** `after / before`, turned around where more is better. */
  readonly factor: number
  /** A factor up to 1 + this, or down to 1 / (1 + this), is noise. */
  readonly noise: number
}

export interface Comparison {
  /** The worst first. */
  readonly changes: readonly Change[]
  /** Rows of the earlier run that the later one does not have. */
  readonly missing: readonly string[]
}

/**
 * Compares rows by what depends least on the machine and its load: the ratio to Litestream where both runs have it, else that to
 * what ran beside, else the figure. What counts as noise follows from how far the rounds of both runs lie apart.
 */
export function compareRows(before: readonly Row[], after: readonly Row[]): Comparison {
  const later = new Map(after.map((row) => [row.what, row]))
  const changes: Change[] = []
  const missing: string[] = []
  for (const row of before) {
    const now = later.get(row.what)
    if (now === undefined) missing.push(row.what)
    else changes.push(compareRow(row, now))
  }
  return { changes: changes.toSorted((a, b) => b.factor - a.factor), missing }
}

function compareRow(before: Row, after: Row): Change {
  const by = commonMeasure(before, after)
  const [first, second] = [valueBy(before, by), valueBy(after, by)]
  const noise = Math.max(NOISE_MIN, ...figuresOf(before, by).map(spread), ...figuresOf(after, by).map(spread))
  const factor = factorOf(first, second, before.better)
  const isGrain = Math.abs(before.ours.value - after.ours.value) <= (before.grain ?? 0)
  const kind = isGrain ? 'same' : factor > 1 + noise ? 'slower' : factor < 1 / (1 + noise) ? 'faster' : 'same'
  return { what: before.what, kind, by, before: first, after: second, factor, noise }
}

function commonMeasure(before: Row, after: Row): Change['by'] {
  if (isPositive(before.peer) && isPositive(after.peer)) return 'ratio'
  if (isPositive(before.beside?.figure) && isPositive(after.beside?.figure)) return 'beside'
  return 'figure'
}

function isPositive(figure: Figure | undefined): boolean {
  return figure !== undefined && figure.value > 0
}

function valueBy(row: Row, by: Change['by']): number {
  const other = by === 'ratio' ? row.peer?.value : by === 'beside' ? row.beside?.figure.value : 1
  return row.ours.value / (other ?? Number.NaN)
}

function figuresOf(row: Row, by: Change['by']): Figure[] {
  const other = by === 'ratio' ? row.peer : by === 'beside' ? row.beside?.figure : undefined
  return other === undefined ? [row.ours] : [row.ours, other]
}

/** From nothing to something is infinitely worse; from nothing to nothing is the same. */
function factorOf(before: number, after: number, better: Row['better']): number {
  if (before === after) return 1
  return better === 'less' ? after / before : before / after
}

/** Half of the distance between the quarters, relative to the middle. */
function spread({ value, samples }: Figure): number {
  if (samples.length < 2) return NOISE_OF_ONE
  if (value === 0) return 0
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? value
  return (at(0.75) - at(0.25)) / 2 / Math.abs(value)
}
