/** A generator of 32-bit numbers from a seed, so that a failing random test can be run again. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256))
  }
}

/** The seed of this run: `LTX_SEED`, or a new one. */
export function testSeed(): number {
  return Number(process.env['LTX_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
}

/** Runs `act`; a failure says how to run it again. */
export async function withSeed(
  seed: number,
  act: (random: SeededRandom) => void | Promise<void>,
): Promise<void> {
  try {
    await act(new SeededRandom(seed))
  } catch (cause) {
    throw new Error(`failed with seed ${seed}; to replay: LTX_SEED=${seed} vitest run`, { cause })
  }
}
