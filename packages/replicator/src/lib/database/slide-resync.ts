import { basename } from 'node:path'
import { observeImage } from '../follow/copy-difference.ts'
import type { ResyncReason } from '../follow/plan-sync.ts'
import { noProgress, outcomeOf, type SyncOutcome } from '../follow/sync-outcome.ts'
import { ScanLost, SlidingScan, type ScanParts } from './sliding-scan.ts'

/** After so many scans that were lost, the database is compared under one pin. */
const SCANS_MAX = 3

/** One sync, however large the database is. */
export async function syncOrSlide(parts: ScanParts): Promise<SyncOutcome> {
  const outcome = await parts.follower.sync()
  return outcome.scanDue === null ? outcome : await slideResync(parts, outcome.scanDue)
}

/**
 * Compares a large database and goes on from there; what a sync does for a small one at once. Whoever waits for the sync waits until its
 * file is durable.
 *
 * @param because What {@link WalFollower.syncPublished} named.
 * @throws what the pause of the follower throws, to abort
 */
export async function slideResync(parts: ScanParts, because: ResyncReason): Promise<SyncOutcome> {
  const { env, follower } = parts
  const { pin, files } = follower.parts
  const db = basename(files.path)
  for (let scan = 1; pin.isHeld || pin.begin(); scan++) {
    if (scan > SCANS_MAX) return await follower.syncPublished({ inOneGo: true })
    const published = observeImage(pin, files)
    if (published === 'moved') break
    if (published === 'empty' || published === 'not-wal') return without(published)
    env.logger.log('info', 'a large database is compared while it is followed', { db, reason: because })
    try {
      using sliding = new SlidingScan(parts, published)
      const { files: written, full, isAnother } = await sliding.run()
      const after = await follower.syncPublished()
      return {
        ...after,
        files: [...written, ...after.files],
        resync: { because, full, ...(isAnother && { isAnother }) },
      }
    } catch (error) {
      if (!(error instanceof ScanLost)) throw error
      env.logger.log('warn', 'the comparison of a large database begins anew', { db, error })
      if (files.wereReplaced()) break
    }
  }
  return without('busy') // SQLite gives no footing just now, or has other files open than it should: the next sync sees to it
}

function without(kind: SyncOutcome['kind']): SyncOutcome {
  return outcomeOf(kind, null, noProgress(), false)
}
