import type { Env } from '@ltx/env'
import { WAL_FRAME_HEADER_BYTES } from '@ltx/wal'
import { isSelfContained, type CopyJob } from '../follow/copy-frames.ts'
import { countFramesPast, readWalHeader } from '../follow/observe-wal.ts'
import type { CheckpointAnswer, Pin } from '../follow/pin.ts'
import { samePlaceSalts } from '../follow/position.ts'
import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { WalFollower } from '../follow/wal-follower.ts'

/** A longer tail is not read inside the lock. A long WAL is worth up to a tenth of it, but no lock that would be felt. */
const TAIL_FRAMES_MAX = 1000
const TAIL_FRAMES_OF_LONG_WAL_MAX = 2000
const WORTH_OF_WAL = 0.1
const TAIL_BYTES_MAX = 16 * 1024 * 1024
/** Rounds of syncing and checkpointing before the lock, and how short the tail should be then. */
const ROUNDS_MAX = 8
const SHORT_TAIL_FRAMES = 200
/** After the first round no other would make a longer one short. */
const HOPELESS_TAIL_FRAMES_MIN = 10_000
/** A round that leaves more than this part of the tail before it: the writers are as fast as we are. */
const ROUND_GAIN_MAX = 0.8
/** After a hand-over the writers' own next commit may be the one that checkpoints, which is better than ours. */
const WRITERS_OWN_MS = 2
/** How long another's checkpoint is waited for before the lock. */
const ANOTHERS_MS_MAX = 250
/** How long, and how often, another's checkpoint is waited for inside the lock. */
const CHECKPOINT_WAIT_MS_MAX = 20
const CHECKPOINT_TRIES = 2000

export type CheckpointResult =
  /** Everything is in the database file; the next writer begins the WAL anew. */
  | { readonly kind: 'done'; readonly lockedMs: number | null }
  /** Writers were faster, or SQLite was busy; nothing is lost, the next sync may try again. */
  | { readonly kind: 'later' }
  /** A reader of the application holds frames that we have long read: only the application can end that. */
  | { readonly kind: 'reader'; readonly frames: number; readonly backfilled: number }

/** A checkpoint that made way for writers, and the sync that ended it. */
interface QuietCheckpoint {
  readonly result: CheckpointResult
  readonly synced: SyncOutcome
}

/**
 * Nobody needs to wait: move pages while the pin stands behind what is moved (engine.md §3, Quiet).
 *
 * @param before The sync just before: what it has read is moved, so that no second file is made of what came since.
 */
export async function checkpointQuietly(
  follower: WalFollower,
  before: SyncOutcome,
): Promise<QuietCheckpoint> {
  const { pin } = follower.parts
  if (before.kind !== 'synced' || !follower.handOver()) return { result: { kind: 'later' }, synced: before }
  const answer = pin.checkpoint('PASSIVE')
  const synced = await follower.syncPublished()
  follower.handOver()
  return { result: quietResult(before, answer, synced), synced }
}

function quietResult(
  before: SyncOutcome,
  answer: CheckpointAnswer | null,
  after: SyncOutcome,
): CheckpointResult {
  if (answer === null || answer.busy) return { kind: 'later' }
  if (answer.backfilled < Math.min(before.frames, answer.frames)) {
    return { kind: 'reader', frames: answer.frames, backfilled: answer.backfilled }
  }
  // SQLite's answer counts the frames at its beginning: whoever wrote meanwhile shows only now. Fewer frames: the WAL began anew.
  const isDone = after.backfilled === after.frames || after.frames < answer.frames
  return isDone && after.kind === 'synced' ? { kind: 'done', lockedMs: null } : { kind: 'later' }
}

/**
 * Writers never pause: bring the tail down, then keep them out for as long as it takes to read a short one (engine.md §3, Under load). The
 * old pin is held until it is certain that the lock can do the work.
 *
 * @param synced The sync just before. @param isFlood Whether so many frames in so many milliseconds are more than can be kept up with.
 */
export async function checkpointUnderLoad(
  env: Env,
  follower: WalFollower,
  synced: SyncOutcome,
  isFlood: (frames: number, elapsedMs: number) => boolean,
): Promise<CheckpointResult> {
  const { pin, files } = follower.parts
  let before = synced
  let tail = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (round > 0) before = await follower.syncPublished()
    if (before.kind !== 'synced' || !follower.handOver()) return { kind: 'later' }
    const syncedMs = env.clock.elapsedMs()
    await env.clock.sleep(WRITERS_OWN_MS)
    const answer = pin.checkpoint('PASSIVE')
    const isBusy = answer === null || answer.busy
    if (!isBusy && answer.backfilled < Math.min(before.frames, answer.frames)) {
      return { kind: 'reader', frames: answer.frames, backfilled: answer.backfilled }
    }
    const isMoved = isBusy && (await anothersCheckpoint(env, pin, before.frames))
    const tailBefore = tail
    tail = tailAfter(pin, before) ?? tail
    const tailMax = round === 0 ? HOPELESS_TAIL_FRAMES_MIN : TAIL_FRAMES_OF_LONG_WAL_MAX
    const isHopeless = tail > tailMax && isFlood(tail, env.clock.elapsedMs() - syncedMs)
    if (isHopeless) return { kind: 'later' } // no round will bring it down
    if (!isMoved) files.syncData() // else the checkpoint's sync of the whole backlog would fall into the lock
    tail = tailAfter(pin, before) ?? tail
    if (tail < SHORT_TAIL_FRAMES || tail > ROUND_GAIN_MAX * tailBefore) break
  }
  return pin.lockWrites() ? checkpointUnderLock(env, follower) : { kind: 'later' }
}

/** Frames that nobody has read; `null`: no answer. */
function tailAfter(pin: Pin, { frames }: SyncOutcome): number | null {
  const now = pin.published()
  return now.kind === 'published' ? now.frames - frames : null
}

/**
 * A writer that checkpoints does not write: by the time that it has moved what we have read, next to nothing follows it. Its commit after this
 * one moves what was beyond our pin when it began.
 *
 * @returns true when everything that we have read is moved.
 */
async function anothersCheckpoint(env: Env, pin: Pin, frames: number): Promise<boolean> {
  const startMs = env.clock.elapsedMs()
  while (env.clock.elapsedMs() - startMs < ANOTHERS_MS_MAX) {
    await env.clock.sleep(1)
    const now = pin.published()
    if (now.kind !== 'published') break
    if (now.backfilled >= frames || now.frames < frames) return true // fewer: the WAL has begun anew
    if (now.frames - frames > TAIL_FRAMES_OF_LONG_WAL_MAX) break // it is not the only writer
  }
  return false
}

/** One step after the other; see {@link checkpointUnderLoad}. Nothing here waits. */
function checkpointUnderLock(env: Env, follower: WalFollower): CheckpointResult {
  const { pin } = follower.parts
  const startMs = env.clock.elapsedMs()
  if (tailIsTooLong(follower)) {
    pin.unlockWrites()
    return { kind: 'later' }
  }
  pin.dropPinUnderLock() // the write lock is the pin now: nobody can append, restart or truncate
  let job: CopyJob | null | 'failed' = 'failed'
  let movedAll = false
  try {
    job = follower.readTailUnderLock()
    if (job !== 'failed') {
      if (job !== null && !isSelfContained(job)) follower.writeTail(job)
      movedAll = movesAllUnderLock(env, pin)
    }
    pin.beginPinUnderLock()
    if (job === 'failed') pin.covered = false // an unread tail may be gone before the next look: compare
  } finally {
    pin.unlockWrites()
  }
  if (job === 'failed') return { kind: 'later' }
  const lockedMs = env.clock.elapsedMs() - startMs
  if (job !== null && isSelfContained(job)) writeTailOrUncover(follower, job)
  return movedAll ? { kind: 'done', lockedMs } : { kind: 'later' }
}

/** Moves all that is left. The application's own checkpoint, which is mostly what let us have the lock, may be about to end. */
function movesAllUnderLock(env: Env, pin: Pin): boolean {
  const startMs = env.clock.elapsedMs()
  for (let attempt = 0; attempt < CHECKPOINT_TRIES; attempt++) {
    const answer = pin.checkpoint('PASSIVE', pin.pinned)
    if (answer !== null && !answer.busy) return answer.backfilled === answer.frames
    if (env.clock.elapsedMs() - startMs > CHECKPOINT_WAIT_MS_MAX) break
  }
  return false
}

function writeTailOrUncover(follower: WalFollower, job: CopyJob): void {
  try {
    follower.writeTail(job)
  } catch (error) {
    follower.parts.pin.covered = false // the WAL may move on without the tail: compare at the next sync
    throw error
  }
}

function tailIsTooLong(follower: WalFollower): boolean {
  const { files } = follower.parts
  const header = readWalHeader(files)
  if (header === null) return false
  const place = follower.position?.wal ?? null
  const offset = place !== null && samePlaceSalts(place, header) ? place.offset : 32
  const frameBytes = WAL_FRAME_HEADER_BYTES + header.pageSize
  const worth = Math.min(TAIL_FRAMES_OF_LONG_WAL_MAX, Math.floor((WORTH_OF_WAL * offset) / frameBytes))
  const framesMax = Math.min(Math.max(TAIL_FRAMES_MAX, worth), Math.floor(TAIL_BYTES_MAX / frameBytes))
  return countFramesPast(files, header, offset, framesMax) > framesMax
}

/** Cuts a WAL file that has grown large, when that disturbs nobody (engine.md §3, Shrink). */
export function shrinkWal(follower: WalFollower): CheckpointResult {
  const { pin } = follower.parts
  if (!follower.handOver()) return { kind: 'later' }
  const answer = pin.checkpoint('TRUNCATE')
  return answer === null || answer.busy ? { kind: 'later' } : { kind: 'done', lockedMs: null }
}
