import { systemErrorCode, type Env } from '@ltx/env'
import { formatTxid, parseTxid, type Txid } from '@ltx/format'
import { readRecord, writeRecord } from '../database/checked-record.ts'
import { LocalFiles } from '../database/local-files.ts'
import type { Position, WalPlace } from './position.ts'

interface PositionRecord {
  readonly version: 1
  readonly txid: string
  readonly pageSize: number
  readonly commit: number
  readonly wal: WalPlace | null
  readonly timestampMs: number
  /** Of the level 0 file of that TXID, in hex; `null`: there was none. Absent in older records. */
  readonly fileChecksum?: string | null
}

/** Keeps the position in `META/position`, rewritten after each level 0 file, never synced. */
export function writePosition(env: Env, metaPath: string, position: Position): void {
  const txid = formatTxid(position.txid)
  const fileChecksum = checksumOf(env, metaPath, position.txid)
  const record: PositionRecord = { ...position, version: 1, txid, fileChecksum }
  writeRecord(env, metaPath, 'position', record)
}

/**
 * `null`: none, damaged, of another version, or written for another file than the one that has its TXID now: `reset`, a restore or another
 * tool uses TXIDs again (engine.md §5). It counts only if its TXID is the newest local level 0 file's.
 */
export function readPosition(env: Env, metaPath: string): Position | null {
  const record = readRecord(env, metaPath, 'position') as PositionRecord | null
  const position = positionOf(record)
  const written = record?.fileChecksum
  if (position === null || written === undefined) return position
  return written !== null && written === checksumOf(env, metaPath, position.txid) ? position : null
}

/** Reads a position out of a record whose checksum was right. */
export function positionOf(value: unknown): Position | null {
  const record = value as PositionRecord | null
  const txid = record?.version === 1 ? parseTxid(record.txid) : null
  if (record === null || txid === null) return null
  const { pageSize, commit, wal, timestampMs } = record
  return { txid, pageSize, commit, wal, timestampMs }
}

function checksumOf(env: Env, metaPath: string, txid: Txid): string | null {
  try {
    return new LocalFiles(env.blockingFiles, metaPath).readFileChecksum(txid).toString(16)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}
