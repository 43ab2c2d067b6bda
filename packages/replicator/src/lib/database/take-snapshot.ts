import {
  isClientError,
  SNAPSHOT_LEVEL,
  type CallOptions,
  type FileInfo,
  type ReplicaClient,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { toTxid, verifyFile, type Txid } from '@ltx/format'
import type { RemoteFiles } from '../replica/remote-files.ts'
import type { FollowerPort } from './follower-port.ts'
import { fileSource, type LocalPort } from './local-port.ts'

export interface SnapshotParts {
  readonly env: Env
  readonly client: ReplicaClient
  readonly remote: RemoteFiles
  readonly local: LocalPort
  readonly follower: FollowerPort
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
 * @throws {ClientError} when the storage fails; {@link FormatError} when the stored snapshot is damaged
 */
export async function takeSnapshot(
  parts: SnapshotParts,
  position: Txid,
  options: CallOptions,
): Promise<SnapshotResult | null> {
  const stored = parts.remote.level(SNAPSHOT_LEVEL).find((file) => file.maxTXID === position)
  if (stored !== undefined) return verified(parts, stored, options)
  if (position === 1n && (await parts.env.files.stat(parts.local.path(position))) !== null) {
    return store(parts, position, parts.local.path(position), options) // the first image is a snapshot already
  }
  const staged = await parts.follower.snapshot()
  if (staged === null) return null
  try {
    return await store(parts, staged.txid, staged.path, options)
  } finally {
    await parts.follower.discardSnapshots()
  }
}

async function store(
  parts: SnapshotParts,
  txid: Txid,
  path: string,
  options: CallOptions,
): Promise<SnapshotResult> {
  const key = { level: SNAPSHOT_LEVEL, minTXID: toTxid(1n), maxTXID: txid }
  try {
    const file = await parts.client.writeFile(key, fileSource(parts.env.files, path), options)
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
