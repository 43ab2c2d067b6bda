/** A test that may be skipped. Any other skipped test counts as failed in CI, and code that skips is a finding. */
export interface ExpectedSkip {
  /** The test file, `*` allowed. */
  readonly file: string
  /** Part of the test's full name. */
  readonly test: string
  readonly reason: string
}

export const EXPECTED_SKIPS: readonly ExpectedSkip[] = []
