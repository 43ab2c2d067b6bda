import { WAL_FRAME_HEADER_BYTES } from '@ltx/wal'
import { differenceHeader } from '../follow/difference-writer.ts'
import { imageNow } from '../follow/image-at.ts'
import { ImageReader } from '../follow/image-reader.ts'
import { readFrameHeader, readWalHeader } from '../follow/observe-wal.ts'
import { samePlaceSalts, type Position } from '../follow/position.ts'
import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import { level0Writer, type WrittenFile } from './ltx-file-writer.ts'

const FIRST = 1n

/**
 * Where the first image is all that was captured: writes a small file 2 after it, with page 1 as the image has it. The image then goes up
 * as a snapshot, once, and level 0 of the replica, which may not be empty, begins with this file.
 *
 * @param outcome Of a sync of this moment.
 * @returns The outcome with what was written.
 * @see docs/decisions/0016-image-once.md
 */
export async function withFileBeside(follower: WalFollower, outcome: SyncOutcome): Promise<SyncOutcome> {
  if (outcome.kind !== 'synced' || follower.position?.txid !== FIRST) return outcome
  const after = await besideHeldImage(follower, outcome)
  if (after.kind === 'synced') follower.handOver()
  return after
}

async function besideHeldImage(follower: WalFollower, outcome: SyncOutcome): Promise<SyncOutcome> {
  const release = follower.holdImage()
  try {
    // the pin was handed over after the sync, perhaps past a commit that nobody has read: hence once more, under the pin that now stays
    const again = await follower.syncPublished()
    const files = [...outcome.files, ...again.files]
    const { position } = follower
    if (again.kind === 'synced' && position?.txid === FIRST) files.push(writeBeside(follower, position))
    return { ...again, files, resync: outcome.resync ?? again.resync }
  } finally {
    release()
  }
}

function writeBeside(follower: WalFollower, position: Position): WrittenFile {
  const { env, local, owner, files, pin } = follower.parts
  const txid = follower.track.nextTXID
  const reader = new ImageReader(files, imageNow(pin, files, position))
  const page = new Uint8Array(position.pageSize)
  using writer = level0Writer(env, local, differenceHeader(position, txid), owner)
  for (const number of pagesBeside(follower, position)) {
    reader.read(number, page)
    writer.write(number, page)
  }
  const written = writer.publish()
  follower.track.moveTo({ ...position, txid })
  return { ...written, walBytes: 0 } // the image has told of them
}

/** Page 1, and the page of the WAL's last frame: Litestream looks for it in the newest file when it takes over. */
function pagesBeside(follower: WalFollower, { wal, pageSize }: Position): readonly number[] {
  const { files } = follower.parts
  const header = readWalHeader(files)
  if (wal === null || header === null || !samePlaceSalts(wal, header)) return [1]
  const last = readFrameHeader(files, wal.offset - WAL_FRAME_HEADER_BYTES - pageSize)
  return last === null || last.pageNumber === 1 ? [1] : [1, last.pageNumber]
}
