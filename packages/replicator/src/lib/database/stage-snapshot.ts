import type { Env } from '@ltx/env'
import { createHeader, toTxid, type Header, type Txid } from '@ltx/format'
import { mergeFiles, type MergeSource } from '@ltx/compactor'
import { ReplicatorError } from '../errors.ts'
import type { LiveImage } from '../follow/live-image.ts'
import { pageBlocks } from '../follow/page-blocks.ts'
import type { Position } from '../follow/position.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import { fileSource } from './local-port.ts'
import { LtxFileWriter, type WrittenFile } from './ltx-file-writer.ts'
import { copyStream } from './copy-stream.ts'
import type { SerialQueue } from './serial-queue.ts'

const BLOCK_BYTES = 2 * 1024 * 1024
const FIRST = toTxid(1n)

/** Where a snapshot waits for its upload, beside the level folders: it is local only as long as it takes. */
export function snapshotDirectory(metaPath: string): string {
  return `${metaPath}/snapshot`
}

export type StagedFile = WrittenFile & { readonly path: string }

/**
 * Writes the database at our position as one file from TXID 1 into the state folder. Each block takes its turn in the queue: syncs,
 * hand-overs and checkpoints go on meanwhile, however large the database is. What they captured is merged in at the end.
 *
 * @returns `null` when there is no position yet.
 * @throws {ReplicatorError} `REPLICATOR_UNEXPECTED` when the position is lost on the way: try again later
 */
export async function stageSnapshot(
  env: Env,
  follower: WalFollower,
  queue: SerialQueue,
  pause: () => Promise<void>,
): Promise<StagedFile | null> {
  const scan = await queue.run(() => follower.beginScan())
  if (scan === null) return null
  try {
    const scanned = await writeScan(env, follower, queue, scan, pause)
    const end = await queue.run(async () => {
      const { kind } = await follower.syncPublished()
      return kind === 'synced' ? follower.position : null // else pages of commits that are in no file yet may have been scanned
    })
    if (end === null || scan.isLost) throw lostPosition(follower)
    return end.txid === scan.begun.txid ? scanned : await mergeFollowing(env, follower, scanned, end)
  } finally {
    follower.endScan(scan)
  }
}

async function writeScan(
  env: Env,
  follower: WalFollower,
  queue: SerialQueue,
  scan: LiveImage,
  pause: () => Promise<void>,
): Promise<StagedFile> {
  const { pageSize, commit } = scan.begun
  const { local, owner, pin } = follower.parts
  const directory = snapshotDirectory(local.metaPath)
  using writer = new LtxFileWriter(env, directory, headerOf(scan.begun), owner)
  for (const { firstPage, bytes } of pageBlocks(commit, pageSize, BLOCK_BYTES)) {
    await queue.run(() => {
      if (scan.isLost || !pin.isHeld || !pin.covered) throw lostPosition(follower)
      scan.read(firstPage, bytes)
    })
    await writer.writeRun(firstPage, bytes)
    await pause()
  }
  await writer.settled()
  return { ...writer.publish(), path: `${directory}/${writer.name}` }
}

/** The scan, overlaid with every level 0 file since it began: the database at `end`. */
async function mergeFollowing(
  env: Env,
  follower: WalFollower,
  scanned: StagedFile,
  end: Position,
): Promise<StagedFile> {
  const { local, owner } = follower.parts
  const sources: MergeSource[] = [{ open: fileSource(env.files, scanned.path), name: scanned.path }]
  for (let txid: Txid = toTxid(scanned.txid + 1n); txid <= end.txid; txid = toTxid(txid + 1n)) {
    sources.push({ open: fileSource(env.files, local.path(txid)), name: local.path(txid) })
  }
  const { minTXID, maxTXID, timestampMs } = headerOf(end)
  const merged = mergeFiles(sources, { header: { minTXID, maxTXID, timestampMs } })
  const file = await copyStream(
    env,
    snapshotDirectory(local.metaPath),
    { minTXID, maxTXID, timestampMs },
    owner,
    merged,
  )
  env.blockingFiles.remove(scanned.path)
  return { txid: maxTXID, timestampMs, pages: end.commit, walBytes: 0, walOffset: 0, ...file }
}

function headerOf({ pageSize, commit, txid, timestampMs, wal }: Position): Header {
  const claim =
    wal === null
      ? {}
      : { walOffset: 32n, walSize: BigInt(wal.offset - 32), walSalt1: wal.salt1, walSalt2: wal.salt2 }
  return createHeader({ pageSize, commit, minTXID: FIRST, maxTXID: txid, timestampMs, ...claim })
}

function lostPosition(follower: WalFollower): ReplicatorError {
  const { path } = follower.parts.files
  return new ReplicatorError(
    'REPLICATOR_UNEXPECTED',
    `${path} was replaced or changed beside us while a snapshot was made`,
  )
}
