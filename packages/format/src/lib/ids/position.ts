import { CHECKSUM_FLAG, UINT64_MAX } from '../constants.ts'
import { formatTxid, parseTxid, type Txid } from './txid.ts'

/** A state of a database: the last transaction in it and the checksum of all its pages. */
export interface Position {
  readonly txid: Txid
  /** With the flag bit; 0n when checksums are not tracked. */
  readonly checksum: bigint
}

const LENGTH = 33

/** `txid/checksum`, sixteen lower-case hex digits each. @see superfly/ltx `Pos.String` */
export function formatPosition(position: Position): string {
  return `${formatTxid(position.txid)}/${formatChecksum(position.checksum)}`
}

/** Reads what {@link formatPosition} wrote; `null` for anything else. */
export function parsePosition(text: string): Position | null {
  if (text.length !== LENGTH || text[16] !== '/') return null
  const txid = parseTxid(text.slice(0, 16))
  const checksum = parseChecksum(text.slice(17))
  return txid === null || checksum === null ? null : { txid, checksum }
}

/** Sixteen lower-case hex digits. */
export function formatChecksum(checksum: bigint): string {
  if (checksum < 0n || checksum > UINT64_MAX) throw new RangeError(`checksum ${checksum} has not 64 bits`)
  return checksum.toString(16).padStart(16, '0')
}

/** Reads sixteen lower-case hex digits: a checksum with its flag bit, or zero for "none"; else `null`. */
export function parseChecksum(text: string): bigint | null {
  if (!/^[0-9a-f]{16}$/.test(text)) return null
  const value = BigInt(`0x${text}`)
  return value === 0n || value >= CHECKSUM_FLAG ? value : null
}
