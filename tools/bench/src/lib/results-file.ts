import { readFileSync } from 'node:fs'
import type { Machine } from './machine.ts'
import type { Effort } from './measure.ts'
import type { MeasureResult } from './run-measures.ts'

/** What one run wrote down. */
export interface BenchResults {
  readonly takenAt: string
  readonly machine: Machine
  readonly effort: Effort
  /** Which command of ours: `packed`, `source`, a path. */
  readonly ltx: string
  readonly peer: string | null
  readonly results: readonly MeasureResult[]
}

/** @throws {RangeError} when the file cannot be read or is something else */
export function readResults(file: string): BenchResults {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as BenchResults
    if (!Array.isArray(read.results)) throw new RangeError('there are no results in it')
    return read
  } catch (error) {
    throw new RangeError(`${file}: ${(error as Error).message}`, { cause: error })
  }
}
