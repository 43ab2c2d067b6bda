import { viewOf } from './bytes/view-of.ts'

const P1 = 0x9e37_79b1
const P2 = 0x85eb_ca77
const P3 = 0xc2b2_ae3d
const P4 = 0x27d4_eb2f
const P5 = 0x1656_67b1
const STRIPE_BYTES = 16

/** xxHash, 32 bits, seed 0, of these bytes. */
export function xxHash32(bytes: Uint8Array): number {
  return new XxHash32().update(bytes).digest()
}

/**
 * The same over bytes that come in pieces: the checksum inside LZ4 frames. Only old page frames and old backups have it, so it is
 * plain JavaScript.
 *
 * @see Cyan4973/xxHash `doc/xxhash_spec.md`
 */
export class XxHash32 {
  #a = (P1 + P2) | 0
  #b = P2 | 0
  #c = 0
  #d = -P1 | 0
  /** The length only matters modulo 2^32, and in that it is 16 or more. */
  #length = 0
  readonly #stripe = new Uint8Array(STRIPE_BYTES)
  #stripeBytes = 0

  /** @param bytes Borrowed. */
  update(bytes: Uint8Array): this {
    this.#length += bytes.length
    let rest = bytes
    if (this.#stripeBytes > 0) {
      const missing = Math.min(STRIPE_BYTES - this.#stripeBytes, rest.length)
      this.#stripe.set(rest.subarray(0, missing), this.#stripeBytes)
      this.#stripeBytes += missing
      rest = rest.subarray(missing)
      if (this.#stripeBytes < STRIPE_BYTES) return this
      this.#stripes(this.#stripe)
    }
    const wholeBytes = rest.length - (rest.length % STRIPE_BYTES)
    this.#stripes(rest.subarray(0, wholeBytes))
    this.#stripe.set(rest.subarray(wholeBytes))
    this.#stripeBytes = rest.length - wholeBytes
    return this
  }

  /** Of everything so far; more may follow. */
  digest(): number {
    const long = rotate(this.#a, 1) + rotate(this.#b, 7) + rotate(this.#c, 12) + rotate(this.#d, 18)
    let hash = ((this.#length >= STRIPE_BYTES ? long : P5) + this.#length) | 0
    const view = viewOf(this.#stripe)
    let at = 0
    for (; at + 4 <= this.#stripeBytes; at += 4) {
      hash = Math.imul(rotate(hash + Math.imul(view.getUint32(at, true), P3), 17), P4)
    }
    for (; at < this.#stripeBytes; at++) {
      hash = Math.imul(rotate(hash + Math.imul(view.getUint8(at), P5), 11), P1)
    }
    hash = Math.imul(hash ^ (hash >>> 15), P2)
    hash = Math.imul(hash ^ (hash >>> 13), P3)
    return (hash ^ (hash >>> 16)) >>> 0
  }

  #stripes(bytes: Uint8Array): void {
    const view = viewOf(bytes)
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d]
    for (let at = 0; at < bytes.length; at += STRIPE_BYTES) {
      a = round(a, view.getUint32(at, true))
      b = round(b, view.getUint32(at + 4, true))
      c = round(c, view.getUint32(at + 8, true))
      d = round(d, view.getUint32(at + 12, true))
    }
    ;[this.#a, this.#b, this.#c, this.#d] = [a, b, c, d]
  }
}

function round(sum: number, word: number): number {
  return Math.imul(rotate(sum + Math.imul(word, P2), 13), P1)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
