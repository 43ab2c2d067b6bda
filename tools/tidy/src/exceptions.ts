/** A place where a rule does not hold, and why. `path` may contain `*`. An exception that nothing needs is a finding too. */
export interface Exception {
  readonly rule: string
  readonly path: string
  /** When given, only findings whose message contains it are excused. */
  readonly about?: string
  readonly reason: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'ambient',
    path: 'packages/kernels/src/lib/create-kernels.ts',
    about: 'process.env',
    reason:
      'LTX_KERNELS=wasm is how a user switches the native addon off; there is no one above to pass it down',
  },
  {
    rule: 'ambient',
    path: 'packages/native/src/lib/load-addon.ts',
    about: 'process.',
    reason:
      'which build fits is a fact of the machine that nobody above could know better; tests pass others',
  },
  {
    rule: 'machine-path',
    path: 'apps/cli/src/config/expand-path.test.ts',
    reason: 'made-up homes and folders, which are expanded as text; nothing is read there',
  },
]

/** Source files whose test is not beside them, and the test that covers them. The test must exist. */
export const TESTED_ELSEWHERE: readonly { readonly path: string; readonly by: string }[] = []
