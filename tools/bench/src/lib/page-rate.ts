import { median, type Figure } from './statistics.ts'

/** Runs `work` on `bytes` again and again after one run to warm up. @returns MB (10^6 bytes) a second */
export async function rateOf(
  rounds: number,
  bytes: number,
  work: () => void | Promise<void>,
): Promise<Figure> {
  await work()
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now()
    await work()
    rates.push(bytes / 1000 / (performance.now() - startMs))
  }
  return median(rates)
}
