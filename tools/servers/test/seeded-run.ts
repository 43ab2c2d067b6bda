import { seededRandom, seedOf } from '../src/index.ts'

const VARIABLE = 'LTX_FAULT_SEED'

export interface Chance {
  readonly seed: number
  /** A whole number from `start` up to but not including `end`. */
  readonly between: (start: number, end: number) => number
}

/** Runs a test whose faults come by chance; its failure names the seed that brings them again. */
export async function seededRun(run: (chance: Chance) => Promise<void>): Promise<void> {
  const seed = seedOf(VARIABLE)
  const random = seededRandom(seed)
  const between = (start: number, end: number): number => start + Math.floor(random() * (end - start))
  try {
    await run({ seed, between })
  } catch (cause) {
    throw new Error(`${String(cause)}\nagain with ${VARIABLE}=${seed} pnpm test:servers`, { cause })
  }
}
