import type { Env } from '@ltx/env'
import { formatTxid, parseTxid } from '@ltx/format'
import { readRecord, writeRecord } from '../database/checked-record.ts'
import type { Position, WalPlace } from './position.ts'

interface PositionRecord {
  readonly version: 1
  readonly txid: string
  readonly pageSize: number
  readonly commit: number
  readonly wal: WalPlace | null
  readonly timestampMs: number
}

/** Keeps the position in `META/position`, rewritten after each level 0 file, never synced. */
export function writePosition(env: Env, metaPath: string, position: Position): void {
  const record: PositionRecord = { ...position, version: 1, txid: formatTxid(position.txid) }
  writeRecord(env, metaPath, 'position', record)
}

/** `null`: none, damaged or of another version. It counts only if its TXID is the newest local level 0 file's. */
export function readPosition(env: Env, metaPath: string): Position | null {
  return positionOf(readRecord(env, metaPath, 'position'))
}

/** Reads a position out of a record whose checksum was right. */
export function positionOf(value: unknown): Position | null {
  const record = value as PositionRecord | null
  const txid = record?.version === 1 ? parseTxid(record.txid) : null
  if (record === null || txid === null) return null
  const { pageSize, commit, wal, timestampMs } = record
  return { txid, pageSize, commit, wal, timestampMs }
}
