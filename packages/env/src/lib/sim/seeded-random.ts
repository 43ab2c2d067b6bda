import type { Random } from '../random.ts'

/** Chance that is the same for the same seed: a Weyl sequence through a 32-bit mixer. Not for secrets. */
export class SeededRandom implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    return this.#word() / 0x1_0000_0000
  }

  hex(bytes: number): string {
    let digits = ''
    for (let i = 0; i < bytes; i++) digits += (this.#word() >>> 24).toString(16).padStart(2, '0')
    return digits
  }

  /** Uniform in 0 … `count` - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** The golden ratio's steps reach every 32-bit number; the mixer is a bijection, so nothing repeats before 2^32 words. */
  #word(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0
    let word = this.#state
    word = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b)
    word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35)
    return (word ^ (word >>> 16)) >>> 0
  }
}
