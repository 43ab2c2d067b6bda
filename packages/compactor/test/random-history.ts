import { encodeFileSpec } from '@ltx/format/testing'

/** From LTX_SEED, or a new one; every failure of a random test names it. */
export const SEED: number = Number(process.env['LTX_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
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

export interface History {
  /** LTX files, oldest first. */
  readonly files: readonly Uint8Array[]
  /** What the files together write, applied one after the other. */
  readonly pages: ReadonlyMap<number, Uint8Array>
  readonly commit: number
  readonly minTXID: bigint
  readonly maxTXID: bigint
  readonly timestampMs: number
}

export interface HistoryShape {
  readonly files: number
  readonly pageSize: number
  readonly startsWithImage: boolean
  readonly commitMax: number
}

/** A database's life: it grows (and then every new page is written), shrinks, and changes pages; ranges of TXIDs may overlap. */
export function randomHistory(shape: HistoryShape, below: Below): History {
  const { pageSize } = shape
  const pages = new Map<number, Uint8Array>()
  const files: Uint8Array[] = []
  const start = shape.startsWithImage ? 1n : 2n + BigInt(below(1000))
  let commit = shape.startsWithImage ? 0 : 1 + below(shape.commitMax)
  let maxTXID = start - 1n
  let timestampMs = 1_700_000_000_000
  for (let i = 0; i < shape.files; i++) {
    const before = commit
    const changes = i === 0 && before === 0 ? 1 : below(4)
    if (changes === 1) commit += 1 + below(shape.commitMax)
    if (changes === 2) commit = 1 + below(commit)
    const numbers = new Set<number>(Array.from({ length: below(8) }, () => 1 + below(commit)))
    for (let page = before + 1; page <= commit; page++) numbers.add(page)
    const isImage = i === 0 && shape.startsWithImage
    if (isImage) for (let page = 1; page <= commit; page++) numbers.add(page)
    for (const page of pages.keys()) if (page > commit) pages.delete(page)
    const sorted = [...numbers].toSorted((a, b) => a - b)
    for (const page of sorted) pages.set(page, content(pageSize, below))
    const overlap = i > 0 && below(5) === 0 && maxTXID > start ? 1n : 0n
    const minTXID = maxTXID + 1n - overlap
    maxTXID += 1n + BigInt(below(3))
    timestampMs += below(5000)
    const written = sorted.map((pageNumber) => ({ pageNumber, data: pages.get(pageNumber) }))
    files.push(encodeFileSpec({ pageSize, commit, minTXID, maxTXID, timestampMs, pages: written }))
  }
  return { files, pages, commit, minTXID: start, maxTXID, timestampMs }
}

function content(pageSize: number, below: Below): Uint8Array {
  const page = new Uint8Array(pageSize)
  const noisy = below(pageSize)
  for (let i = 0; i < noisy; i++) page[i] = below(256)
  return page
}
