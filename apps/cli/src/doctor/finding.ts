/** What one check of a storage found. */
export interface Finding {
  readonly check: string
  /** `no`: it works, but lacks something. `failed`: it does not do what a replica needs. `skipped`: what it builds on failed. */
  readonly result: 'ok' | 'no' | 'failed' | 'skipped'
  /** Whether a replica cannot do without. */
  readonly needed: boolean
  /** What was seen. */
  readonly found: string
  /** What follows for a replica; empty where nothing does. */
  readonly means: string
  readonly durationMs: number
}

/** Whether a replica can be kept there. */
export function isFit(findings: readonly Finding[]): boolean {
  return findings.every(({ result, needed }) => result === 'ok' || !needed)
}
