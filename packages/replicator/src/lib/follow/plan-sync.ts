import type { Position, WalPlace } from './position.ts'
import { samePlaceSalts } from './position.ts'

/** What SQLite says under the pin. `frames` are published, `backfilled` of them are in the database file too. */
export type Published =
  | { readonly kind: 'published'; readonly frames: number; readonly backfilled: number }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'not-wal' }

/** The WAL file's header as far as the plan needs it. */
export interface HeaderFacts {
  readonly pageSize: number
  readonly salt1: number
  readonly salt2: number
  /** The seed of frame 0. */
  readonly checksum: readonly [number, number]
}

/** The header of the frame that ends at our position, read now. */
export interface FrameFacts {
  readonly salt1: number
  readonly salt2: number
  readonly checksum: readonly [number, number]
}

/** One look, in the order of reading: header, then `published`, then the frame before our offset, then the header again. */
export interface WalFacts {
  readonly header: HeaderFacts | null
  readonly published: Published
  readonly frameBefore: FrameFacts | null
  /** The header read last carries the same salts and checksum as the first. */
  readonly headerHeld: boolean
}

/** Where to read from: `offset` in bytes with the running checksum before it, up to `frames` published frames. */
export interface ReadFrom {
  readonly offset: number
  readonly seed: readonly [number, number]
  readonly frames: number
}

export type ResyncReason = 'no-position' | 'not-covered' | 'page-size' | 'wal-moved'

export type SyncPlan =
  | { readonly kind: 'continue'; readonly from: ReadFrom; readonly header: HeaderFacts }
  | { readonly kind: 'next-generation'; readonly from: ReadFrom; readonly header: HeaderFacts }
  | { readonly kind: 'nothing'; readonly reachedEnd: boolean }
  | { readonly kind: 'resync'; readonly because: ResyncReason }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'not-wal' }
  /** The WAL moved between two reads, or holds something else than we remember: look again; final only when two looks agree. */
  | { readonly kind: 'look-again' }

/**
 * Decides what one look at the WAL means (engine.md §2).
 *
 * @param covered The pin's snapshot has been read whole, so that at most one new generation can follow, from its start.
 */
export function planSync(facts: WalFacts, position: Position | null, covered: boolean): SyncPlan {
  const { published, header } = facts
  if (published.kind !== 'published') return { kind: published.kind }
  if (position === null) return { kind: 'resync', because: 'no-position' }
  if (published.frames === 0) {
    return covered ? { kind: 'nothing', reachedEnd: false } : { kind: 'resync', because: 'not-covered' }
  }
  if (header === null || !facts.headerHeld) return { kind: 'look-again' }
  if (header.pageSize !== position.pageSize) {
    return covered || samePlaceSalts(position.wal, header)
      ? { kind: 'resync', because: 'page-size' }
      : { kind: 'resync', because: 'not-covered' }
  }
  if (position.wal !== null && samePlaceSalts(position.wal, header)) {
    return planSameGeneration(facts, position.wal, header, published.frames)
  }
  if (!covered) return { kind: 'resync', because: 'not-covered' }
  const from = { offset: 32, seed: header.checksum, frames: published.frames }
  return { kind: 'next-generation', from, header }
}

function planSameGeneration(facts: WalFacts, place: WalPlace, header: HeaderFacts, frames: number): SyncPlan {
  const before = facts.frameBefore
  const isOurs =
    before !== null &&
    samePlaceSalts(place, before) &&
    before.checksum[0] === place.checksum[0] &&
    before.checksum[1] === place.checksum[1]
  const end = 32 + frames * (24 + header.pageSize)
  if (!isOurs || end < place.offset) return { kind: 'look-again' }
  if (end === place.offset) return { kind: 'nothing', reachedEnd: true }
  return { kind: 'continue', from: { offset: place.offset, seed: place.checksum, frames }, header }
}
