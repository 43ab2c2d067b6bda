import { mkdirSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import path from 'node:path'
import type { BenchContext, Measure, Row } from './measure.ts'

export interface MeasureResult {
  readonly name: string
  readonly rows: readonly Row[]
  /** Why there are no rows. */
  readonly error?: string | undefined
  readonly skipped?: string | undefined
  readonly seconds: number
  /** The machine's load when it was done. */
  readonly load: number
}

/** One after the other. A measure that fails is a result with its error; the others run all the same. */
export async function runMeasures(
  measures: readonly Measure[],
  context: BenchContext,
  isAsked: boolean,
): Promise<MeasureResult[]> {
  const results: MeasureResult[] = []
  for (const measure of measures) {
    if (measure.fullOnly === true && context.effort !== 'full' && !isAsked) {
      results.push({
        name: measure.name,
        rows: [],
        skipped: 'takes long; left out by --quick',
        seconds: 0,
        load: 0,
      })
      continue
    }
    results.push(await runOne(measure, context))
  }
  return results
}

async function runOne(measure: Measure, context: BenchContext): Promise<MeasureResult> {
  const folder = path.join(context.folder, measure.name)
  mkdirSync(folder, { recursive: true })
  context.log(`${measure.name}: ${measure.about}`)
  const startMs = performance.now()
  const done = (): { seconds: number; load: number } => ({
    seconds: (performance.now() - startMs) / 1000,
    load: loadavg()[0] ?? 0,
  })
  try {
    const rows = await measure.run({ ...context, folder })
    return { name: measure.name, rows, ...done() }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    context.log(`${measure.name} FAILED: ${text}`)
    return { name: measure.name, rows: [], error: text, ...done() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
