import { UINT64_MAX } from '../constants.ts'

declare const brand: unique symbol

/** A transaction id, 1 … 2^64-1. "None" is `null`, never zero. */
export type Txid = bigint & { readonly [brand]: 'Txid' }

/** @throws {RangeError} outside 1 … 2^64-1. */
export function toTxid(value: bigint): Txid {
  if (value < 1n || value > UINT64_MAX) throw new RangeError(`txid ${value} is outside 1..2^64-1`)
  return value as Txid
}

/** The transaction after `txid`. @throws {RangeError} after the last one, 2^64-1. */
export function nextTxid(txid: Txid): Txid {
  return toTxid(txid + 1n)
}

/** Sixteen lower-case hex digits, so that names sort in transaction order. Zero, Go's "none", is allowed. */
export function formatTxid(txid: bigint): string {
  if (txid < 0n || txid > UINT64_MAX) throw new RangeError(`txid ${txid} is outside 0..2^64-1`)
  return txid.toString(16).padStart(16, '0')
}

const TEXT = /^[0-9a-f]{16}$/

/** Reads exactly sixteen lower-case hex digits; `null` for anything else, zero included. */
export function parseTxid(text: string): Txid | null {
  if (!TEXT.test(text)) return null
  const value = BigInt(`0x${text}`)
  return value === 0n ? null : (value as Txid)
}
