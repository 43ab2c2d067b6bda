import { formatFileName, parseFileName } from '@ltx/format'
import type { FileKey } from './replica-client.ts'

/** Snapshots live at this level. Its files begin at TXID 1. */
export const SNAPSHOT_LEVEL = 9

/** The highest level there is. */
export const LEVEL_MAX = 9

/**
 * The two directory schemes Litestream has. `decimal`: `ltx/9/<name>` (file, gs, abs, sftp, webdav, nats). `hex`: `0009/<name>`
 * (s3, oss).
 *
 * @see litestream `internal.go` `LTXLevelDir`, `s3/replica_client.go`
 */
export type ReplicaLayout = 'decimal' | 'hex'

/** The directory of a level below the replica's root, without slashes at its ends. */
export function levelDirectory(layout: ReplicaLayout, level: number): string {
  checkLevel(level)
  return layout === 'decimal' ? `ltx/${level}` : level.toString(16).padStart(4, '0')
}

/** The path of a file below the replica's root, always with `/`. */
export function formatReplicaPath(layout: ReplicaLayout, file: FileKey): string {
  return `${levelDirectory(layout, file.level)}/${formatFileName(file.minTXID, file.maxTXID)}`
}

/** The file that a path below the replica's root names, or `null` if a replica has no such path. Strict: no other spelling counts. */
export function parseReplicaPath(layout: ReplicaLayout, path: string): FileKey | null {
  const slash = path.lastIndexOf('/')
  if (slash === -1) return null
  const name = parseFileName(path.slice(slash + 1))
  if (name === null) return null
  const directory = path.slice(0, slash)
  for (let level = 0; level <= LEVEL_MAX; level++) {
    if (directory === levelDirectory(layout, level)) return { level, ...name }
  }
  return null
}

/** @throws {RangeError} unless `level` is a whole number from 0 to {@link LEVEL_MAX} */
export function checkLevel(level: number): void {
  if (!Number.isInteger(level) || level < 0 || level > LEVEL_MAX) {
    throw new RangeError(`level ${level} is not in 0..${LEVEL_MAX}`)
  }
}

/** `level 0 file 0000000000000001-0000000000000001.ltx`: how messages name a file. */
export function describeFile(file: FileKey): string {
  return `level ${file.level} file ${formatFileName(file.minTXID, file.maxTXID)}`
}

/** The order of a listing: by minTXID, then maxTXID. */
export function compareFiles(first: FileKey, second: FileKey): number {
  if (first.minTXID !== second.minTXID) return first.minTXID < second.minTXID ? -1 : 1
  if (first.maxTXID !== second.maxTXID) return first.maxTXID < second.maxTXID ? -1 : 1
  return 0
}
