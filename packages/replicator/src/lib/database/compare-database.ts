import type { Env } from '@ltx/env'
import { imageNow } from '../follow/image-at.ts'
import { ImageReader } from '../follow/image-reader.ts'
import type { LiveImage } from '../follow/live-image.ts'
import type { Position } from '../follow/position.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import type { Baseline } from '../page-table/baseline.ts'
import { differingPages } from '../page-table/differing-pages.ts'
import type { SerialQueue } from './serial-queue.ts'

const BLOCK_BYTES = 2 * 1024 * 1024
/** After each block it rests this many times as long as that took: nobody is in a hurry. */
const RESTS = 3
/** So many pages that look different are looked at again before the scan goes on. */
const CANDIDATES_MAX = 4096

/**
 * `differs`: at least one page of the database is not what the local files say, and no frame tells of it; or nothing says what it should
 * be. `lost`: the position was lost on the way, and what follows compares everything anyway. `later`: try again after the next sync.
 */
export type Comparison = 'same' | 'differs' | 'lost' | 'later'

/**
 * Compares the whole database with the page table and the local files after it, while syncs, hand-overs and checkpoints go on (engine.md
 * §4). Each block is read in its own turn. A page that looks different may only be newer: so those are read once more under a pin that
 * stays, at a position that the local files lead to, and compared with what they say there.
 */
export async function compareDatabase(
  env: Env,
  follower: WalFollower,
  queue: SerialQueue,
  pause: () => Promise<void>,
): Promise<Comparison> {
  const begun = await queue.run(() => begin(follower))
  if (typeof begun === 'string') return begun
  try {
    return await compareScan(env, follower, queue, { ...begun, pause })
  } finally {
    begun.baseline[Symbol.dispose]()
    follower.endScan(begun.scan)
  }
}

interface Begun {
  readonly scan: LiveImage
  readonly baseline: Baseline
}

function begin(follower: WalFollower): Begun | 'differs' | 'lost' | 'later' {
  const { position } = follower
  if (position === null) return 'lost'
  if (!isInLocalFiles(follower, position)) return 'later'
  const scan = follower.beginScan()
  if (scan === null) return 'later'
  const baseline = follower.parts.openBaseline()
  if (baseline?.pageSize === position.pageSize && baseline.commit === position.commit)
    return { scan, baseline }
  baseline?.[Symbol.dispose]()
  follower.endScan(scan)
  return 'differs'
}

async function compareScan(
  env: Env,
  follower: WalFollower,
  queue: SerialQueue,
  { scan, baseline, pause }: Begun & { readonly pause: () => Promise<void> },
): Promise<Comparison> {
  const { clock } = env
  const { pageSize, commit } = scan.begun
  const pagesPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / pageSize))
  const block = new Uint8Array(Math.min(pagesPerBlock, commit) * pageSize)
  let candidates: number[] = []
  for (let first = 1; first <= commit; first += pagesPerBlock) {
    const startMs = clock.elapsedMs()
    const bytes = block.subarray(0, Math.min(pagesPerBlock, commit - first + 1) * pageSize)
    const read = await queue.run(() => readBlock(follower, scan, first, bytes))
    if (read !== 'read') return read
    candidates.push(...differingPages(baseline, first, bytes, pageSize))
    if (candidates.length >= CANDIDATES_MAX) {
      const found = await queue.run(() => lookAgain(follower, scan, candidates))
      if (found !== 'same') return found
      candidates = []
    }
    await pause()
    await clock.sleep(RESTS * (clock.elapsedMs() - startMs))
  }
  return candidates.length === 0 ? 'same' : await queue.run(() => lookAgain(follower, scan, candidates))
}

function readBlock(
  { parts: { pin } }: WalFollower,
  scan: LiveImage,
  first: number,
  bytes: Uint8Array,
): 'read' | 'lost' | 'later' {
  if (scan.isLost) return 'lost'
  if (!pin.isHeld || !pin.covered) return 'later'
  scan.read(first, bytes)
  return 'read'
}

/** At one position, under one pin: the frames up to it are in local files, and no checkpoint reaches further. */
async function lookAgain(
  follower: WalFollower,
  scan: LiveImage,
  candidates: readonly number[],
): Promise<Comparison> {
  const { files, pin } = follower.parts
  if (scan.isLost) return 'lost'
  if (!pin.isHeld) return 'later'
  const release = follower.holdImage()
  try {
    const { kind, resync } = await follower.syncPublished()
    const { position } = follower
    if (scan.isLost || resync !== null || position === null) return 'lost'
    if (kind !== 'synced' || !isInLocalFiles(follower, position)) return 'later'
    using baseline = follower.parts.openBaseline()
    if (baseline?.pageSize !== position.pageSize || baseline.commit !== position.commit) return 'differs'
    const reader = new ImageReader(files, imageNow(pin, files, position))
    const page = new Uint8Array(position.pageSize)
    for (const number of candidates) {
      if (number > position.commit) continue
      reader.read(number, page)
      if (differingPages(baseline, number, page, position.pageSize).length > 0) return 'differs'
    }
    return 'same'
  } finally {
    release()
  }
}

/** False while a large database is being compared already: what is followed meanwhile is not in local files yet. */
function isInLocalFiles({ parts: { local } }: WalFollower, position: Position): boolean {
  return local.newestRun().at(-1)?.txid === position.txid
}

/** The next sync compares the whole database and writes what differs; also in another process, should this one end before. */
export function loseTrust(env: Env, follower: WalFollower): void {
  const { metaPath } = follower.parts.local
  for (const name of ['position', 'seal']) env.blockingFiles.remove(`${metaPath}/${name}`)
  follower.forgetPosition(follower.lastTXID)
}
