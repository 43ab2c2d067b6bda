import type { Env } from '@ltx/env'
import { createHeader, toTxid } from '@ltx/format'
import { imageAt } from '../follow/image-at.ts'
import { ImageReader } from '../follow/image-reader.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import { LtxFileWriter, type WrittenFile } from './ltx-file-writer.ts'
import type { SerialQueue } from './serial-queue.ts'

const BLOCK_BYTES = 2 * 1024 * 1024

/** Where a snapshot waits for its upload, beside the level folders: it is local only as long as it takes. */
export function snapshotDirectory(metaPath: string): string {
  return `${metaPath}/snapshot`
}

/**
 * Writes the database at our position as one file from TXID 1 into the state folder. Each block takes its turn in the queue, so that
 * syncs go on meanwhile; the pin stays where it is until the last block.
 *
 * @returns `null` when there is no position yet.
 */
export async function stageSnapshot(
  env: Env,
  follower: WalFollower,
  queue: SerialQueue,
  pause: () => Promise<void>,
): Promise<(WrittenFile & { readonly path: string }) | null> {
  const { files, local, owner, pin } = follower.parts
  const begun = await queue.run(() => {
    const position = follower.position
    if (position === null || !pin.covered) return null
    return { position, image: imageAt(files, position), release: follower.holdImage() }
  })
  if (begun === null) return null
  const { position, image } = begun
  try {
    const { pageSize, commit, txid, timestampMs, wal } = position
    const claim =
      wal === null
        ? {}
        : { walOffset: 32n, walSize: BigInt(wal.offset - 32), walSalt1: wal.salt1, walSalt2: wal.salt2 }
    const header = createHeader({
      pageSize,
      commit,
      minTXID: toTxid(1n),
      maxTXID: txid,
      timestampMs,
      ...claim,
    })
    const directory = snapshotDirectory(local.metaPath)
    using writer = new LtxFileWriter(env, directory, header, owner)
    const reader = new ImageReader(files, image)
    const pagesPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / pageSize))
    for (let first = 1; first <= commit; first += pagesPerBlock) {
      const bytes = new Uint8Array(Math.min(pagesPerBlock, commit - first + 1) * pageSize)
      await queue.run(() => reader.read(first, bytes))
      for (let at = 0; at < bytes.length; at += pageSize)
        writer.write(first + at / pageSize, bytes.subarray(at, at + pageSize))
      await pause()
    }
    const file = writer.publish()
    return { ...file, path: `${directory}/${writer.name}` }
  } finally {
    begun.release()
  }
}
