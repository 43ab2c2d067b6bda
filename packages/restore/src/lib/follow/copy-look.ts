import type { FileHandle } from '@ltx/env'
import { toTxid, type Txid } from '@ltx/format'
import { RestoreError } from '../errors.ts'
import {
  changeCounterOf,
  DATABASE_HEADER_BYTES,
  type FollowedHeader,
  readFollowedHeader,
} from './page-one.ts'

/** Transactions that are tried when it is looked for the one that a copy stands at. */
const TXIDS_MAX = 1_000_000n

/** What of a copy tells whether anybody has written to it. */
export interface CopyLook extends FollowedHeader {
  /** Bytes. */
  readonly size: number
}

/** @throws {RestoreError} `RESTORE_EXISTS`: this is no database */
export async function lookAtCopy(database: FileHandle, path: string): Promise<CopyLook> {
  const head = new Uint8Array(DATABASE_HEADER_BYTES)
  const length = await database.read(head, 0)
  const header = readFollowedHeader(head.subarray(0, length))
  const { size } = await database.stat()
  if (header !== null) return { ...header, size }
  throw new RestoreError(
    'RESTORE_EXISTS',
    `${path} is not a database that was followed; delete it, or choose another output`,
  )
}

/** Whether the copy is in the state that we made of this transaction, and nobody else has written to it. */
export function isAsLeft(look: CopyLook, txid: Txid): boolean {
  return (
    look.isRollbackMode && look.size % look.pageSize === 0 && look.changeCounter === changeCounterOf(txid)
  )
}

export function sameLook(first: CopyLook, second: CopyLook): boolean {
  return (
    first.changeCounter === second.changeCounter &&
    first.size === second.size &&
    first.pageSize === second.pageSize &&
    first.isRollbackMode === second.isRollbackMode
  )
}

/**
 * The transaction that a copy stands at, of those after `noted` up to `newest`: a process that ended between a commit and the note of
 * it has left such a copy. `null`: somebody else has written to it.
 */
export function txidOf(look: CopyLook, noted: Txid, newest: bigint): Txid | null {
  for (let txid = noted + 1n; txid <= newest && txid <= noted + TXIDS_MAX; txid++) {
    if (isAsLeft(look, toTxid(txid))) return toTxid(txid)
  }
  return null
}
