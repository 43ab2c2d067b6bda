import {
  isClientError,
  SNAPSHOT_LEVEL,
  type ByteSource,
  type CallOptions,
  type FileInfo,
  type ReplicaClient,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { isFormatError, toTxid, verifyFile, type Txid } from '@ltx/format'
import type { RemoteFiles } from '../replica/remote-files.ts'
import { verifiedSource } from '../replica/verified-source.ts'
import type { FollowerPort } from './follower-port.ts'
import { fileSource, type LocalPort } from './local-port.ts'

export interface SnapshotParts {
  readonly env: Env
  readonly client: ReplicaClient
  readonly remote: RemoteFiles
  readonly local: LocalPort
  readonly follower: FollowerPort
  /**
   * Resolves when the replica holds every level 0 file up to a TXID. A snapshot that is ahead of them would give their TXIDs a meaning that
   * nothing proves: local files may be lost, and others get those TXIDs.
   */
  uploaded(txid: Txid): Promise<void>
}

export interface SnapshotResult {
  readonly file: FileInfo
  /** It was there already and has been read to its end; nothing was written. */
  readonly existed: boolean
}

/**
 * Brings the database at its present position to level 9. Where that snapshot exists it is verified instead.
 *
 * @param position Newest local TXID; the snapshot may turn out newer, since syncs go on.
 * @returns `null` when there is nothing to take a snapshot of.
 * @throws {ClientError} when the storage fails; {@link FormatError} when the stored snapshot is damaged, or what was staged: that is not stored
 */
export async function takeSnapshot(
  parts: SnapshotParts,
  position: Txid,
  options: CallOptions,
): Promise<SnapshotResult | null> {
  const stored = parts.remote.level(SNAPSHOT_LEVEL).find((file) => file.maxTXID === position)
  if (stored !== undefined) return verified(parts, stored, options)
  if (position === 1n && (await parts.env.files.stat(parts.local.path(position))) !== null) {
    const first = await storeFirstImage(parts, position, options)
    if (first !== null) return first
  }
  const staged = await parts.follower.snapshot()
  if (staged === null) return null
  try {
    const source = verifiedSource(fileSource(parts.env.files, staged.path), staged.storedChecksum ?? null)
    return await store(parts, staged.txid, source, options)
  } finally {
    await parts.follower.discardSnapshots().catch(() => {}) // the next start does
  }
}

/** The first image is a snapshot already. `null`: it is damaged here. */
async function storeFirstImage(
  parts: SnapshotParts,
  txid: Txid,
  options: CallOptions,
): Promise<SnapshotResult | null> {
  try {
    const { local } = parts
    return await store(parts, txid, verifiedSource(local.read(txid), local.writtenChecksum(txid)), options)
  } catch (error) {
    if (isFormatError(error) || isClientError(error, 'CLIENT_BAD_FILE')) return null
    throw error
  }
}

async function store(
  parts: SnapshotParts,
  txid: Txid,
  source: ByteSource,
  options: CallOptions,
): Promise<SnapshotResult> {
  const key = { level: SNAPSHOT_LEVEL, minTXID: toTxid(1n), maxTXID: txid }
  await parts.uploaded(txid)
  try {
    const file = await parts.client.writeFile(key, source, options)
    parts.remote.add(file)
    return { file, existed: false }
  } catch (error) {
    if (!isClientError(error, 'CLIENT_EXISTS')) throw error
    await parts.remote.reload(parts.client, SNAPSHOT_LEVEL, options)
    const stored = parts.remote.level(SNAPSHOT_LEVEL).find((file) => file.maxTXID === txid)
    if (stored === undefined) throw error
    return verified(parts, stored, options) // the same state in other bytes: another version, or another tool
  }
}

async function verified(
  { client }: SnapshotParts,
  file: FileInfo,
  options: CallOptions,
): Promise<SnapshotResult> {
  await verifyFile(client.readFile(file, options))
  return { file, existed: true }
}
