/** One thing that is wrong, printed as `path: rule: what is wrong, what to do`. */
export interface Finding {
  /** Relative to the repository, with `/`; may end in `:LINE`. */
  readonly path: string
  readonly rule: string
  readonly message: string
}

export function printFinding(finding: Finding): string {
  return `${finding.path}: ${finding.rule}: ${finding.message}`
}
