/** A limit for a row, and what it is a limit of. */
export interface Bound {
  readonly is: 'at least' | 'at most'
  readonly limit: number
  /** `peer`, `beside`: of our figure divided by Litestream's, by the one beside it. */
  readonly of: 'ours' | 'peer' | 'beside'
}

export function atMost(limit: number, of: Bound['of'] = 'ours'): Bound {
  return { is: 'at most', limit, of }
}

export function atLeast(limit: number, of: Bound['of'] = 'ours'): Bound {
  return { is: 'at least', limit, of }
}
