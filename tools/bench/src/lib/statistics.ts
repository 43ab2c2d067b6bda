/** One number out of several measurements, with all of them beside it. */
export interface Figure {
  readonly value: number
  readonly samples: readonly number[]
}

/** The middle one; of an even count, the mean of the two in the middle. */
export function median(samples: readonly number[]): Figure {
  const sorted = inOrder(samples)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? Number.NaN) : upper
  return { value: (lower + upper) / 2, samples }
}

/** The smallest sample that at least `percent` of a hundred are no larger than. */
export function percentile(samples: readonly number[], percent: number): Figure {
  const sorted = inOrder(samples)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return { value: sorted[rank - 1] ?? Number.NaN, samples }
}

function inOrder(samples: readonly number[]): number[] {
  if (samples.length === 0) throw new RangeError('there is nothing to make a figure of')
  if (samples.some((sample) => !Number.isFinite(sample))) throw new RangeError('a sample is not a number')
  return samples.toSorted((a, b) => a - b)
}
