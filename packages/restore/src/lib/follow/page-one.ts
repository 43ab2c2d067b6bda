import { isPageSize } from '@ltx/wal'
import { viewOf } from '../view-of.ts'

/** Bytes of the header of a SQLite database. */
export const DATABASE_HEADER_BYTES = 100

const AT = {
  pageSize: 16, //       2  bytes; 1 stands for 65536
  writeVersion: 18, //   1  1: rollback journal, 2: WAL
  readVersion: 19, //    1  likewise
  changeCounter: 24, //  4  another one: readers drop what they have cached
  validFor: 92, //       4  the change counter for which the size in the header is right
} as const

/** What the first page of a followed copy says. */
export interface FollowedHeader {
  readonly pageSize: number
  readonly isRollbackMode: boolean
  readonly changeCounter: number
}

/** @returns `null` when this is not the beginning of a database. */
export function readFollowedHeader(head: Uint8Array): FollowedHeader | null {
  if (head.length < DATABASE_HEADER_BYTES) return null
  const view = viewOf(head)
  const written = view.getUint16(AT.pageSize)
  const pageSize = written === 1 ? 65_536 : written
  if (!isPageSize(pageSize)) return null
  const isRollbackMode = head[AT.writeVersion] === 1 && head[AT.readVersion] === 1
  return { pageSize, isRollbackMode, changeCounter: view.getUint32(AT.changeCounter) }
}

/**
 * The change counter of a copy that stands at this transaction. Whoever else writes to the copy changes it, and so does each of our
 * transactions, by far: the state of a copy can be told from it.
 */
export function changeCounterOf(txid: bigint): number {
  let mixed = Number(txid & 0xffff_ffffn) ^ Math.imul(Number((txid >> 32n) & 0xffff_ffffn), 0x9e37_79b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/**
 * Makes a replicated first page that of a followed copy, in place: no WAL (readers and we go by locks and the rollback journal), and
 * the change counter of `txid`. Nothing else differs from the source.
 */
export function markPageOne(page: Uint8Array, txid: bigint): void {
  const view = viewOf(page)
  const hasSize = view.getUint32(AT.changeCounter) === view.getUint32(AT.validFor)
  const counter = changeCounterOf(txid)
  page[AT.writeVersion] = 1
  page[AT.readVersion] = 1
  view.setUint32(AT.changeCounter, counter)
  view.setUint32(AT.validFor, hasSize ? counter : ~counter >>> 0)
}
