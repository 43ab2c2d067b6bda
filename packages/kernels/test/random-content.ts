/** A seed from LTX_SEED, or a new one. Tests put it into their failure messages. */
export const SEED: number = Number(process.env['LTX_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Said with each failed assertion of a random test. */
export const REPLAY: string = `replay with LTX_SEED=${SEED} vitest run`

/** Uniform integers below `limit` (mulberry32). */
export type Below = (limit: number) => number

export function seededBelow(seed: number): Below {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

export function randomBytes(bytes: number, below: Below): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => below(256))
}

/** Kinds of content that LZ4 sees: nothing to find, everything the same, short periods, few letters, words, database pages. */
export const CONTENTS: Readonly<Record<string, (bytes: number, below: Below) => Uint8Array>> = {
  zeros: (bytes) => new Uint8Array(bytes),
  random: randomBytes,
  'few letters': (bytes, below) => Uint8Array.from({ length: bytes }, () => below(3)),
  text,
  'database page': databasePage,
  'zeros with a random tail': (bytes, below) => {
    const tail = randomBytes(Math.min(bytes, below(40)), below)
    const page = new Uint8Array(bytes)
    page.set(tail, bytes - tail.length)
    return page
  },
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `period ${i + 1}`,
      (bytes, below) => periodic(bytes, i + 1, below),
    ]),
  ),
}

function periodic(bytes: number, period: number, below: Below): Uint8Array {
  const pattern = randomBytes(period, below)
  return Uint8Array.from({ length: bytes }, (_, i) => pattern[i % period]!)
}

function text(bytes: number, below: Below): Uint8Array {
  const words = ['commit', 'page ', 'frame', ' salt ', 'the', ' restore', ', ', 'a', '\n', 'checksum']
  let written = ''
  while (written.length < bytes) written += words[below(words.length)]!
  return new TextEncoder().encode(written).subarray(0, bytes)
}

/** Like a table leaf: cell pointers in front, free space of zeros, records of small numbers and text at the end. */
function databasePage(bytes: number, below: Below): Uint8Array {
  const page = new Uint8Array(bytes)
  const used = below(bytes + 1)
  page.set(text(used, below), bytes - used)
  for (let at = bytes - used; at < bytes; at += 16 + below(64)) page[at] = below(256)
  for (let at = 0; at < Math.min(used >> 3, bytes - used); at++) page[at] = at % 2 === 0 ? 3 : below(256)
  return page
}
