/** Chance as an argument. The simulated one is seeded. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** `bytes` random bytes as `2 × bytes` lower-case hex digits. */
  hex(bytes: number): string
}
