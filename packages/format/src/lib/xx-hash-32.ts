import { viewOf } from './bytes/view-of.ts'

const P1 = 0x9e37_79b1
const P2 = 0x85eb_ca77
const P3 = 0xc2b2_ae3d
const P4 = 0x27d4_eb2f
const P5 = 0x1656_67b1

/**
 * xxHash, 32 bits, seed 0: the checksum inside LZ4 frames. Only old page frames have it, so it is plain JavaScript.
 *
 * @see Cyan4973/xxHash `doc/xxhash_spec.md`
 */
export function xxHash32(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  let at = 0
  let hash = P5
  if (bytes.length >= 16) {
    let [a, b, c, d] = [(P1 + P2) | 0, P2, 0, -P1 | 0]
    for (; at + 16 <= bytes.length; at += 16) {
      a = round(a, view.getUint32(at, true))
      b = round(b, view.getUint32(at + 4, true))
      c = round(c, view.getUint32(at + 8, true))
      d = round(d, view.getUint32(at + 12, true))
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
  }
  hash = (hash + bytes.length) | 0
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotate(hash + Math.imul(view.getUint32(at, true), P3), 17), P4)
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(rotate(hash + Math.imul(view.getUint8(at), P5), 11), P1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2)
  hash = Math.imul(hash ^ (hash >>> 13), P3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function round(sum: number, word: number): number {
  return Math.imul(rotate(sum + Math.imul(word, P2), 13), P1)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
