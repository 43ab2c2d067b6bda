import type { Txid } from '@ltx/format'

/**
 * A place in one generation of the WAL: after a commit frame, never at its beginning (a rolled-back restart keeps the salts and changes
 * the seed). `offset` is in bytes; `checksum` is the running pair stored in the frame before it.
 */
export interface WalPlace {
  readonly salt1: number
  readonly salt2: number
  readonly offset: number
  readonly checksum: readonly [number, number]
}

/** What the newest local LTX file says about the database, and how far into the WAL that is. */
export interface Position {
  readonly txid: Txid
  /** Bytes. */
  readonly pageSize: number
  /** Pages. */
  readonly commit: number
  /** `null`: everything was in the database file, no frame of a WAL is known. */
  readonly wal: WalPlace | null
  /** Header timestamp of the newest file, so that time never goes back. */
  readonly timestampMs: number
}

export function samePlaceSalts(
  place: WalPlace | null,
  salts: { readonly salt1: number; readonly salt2: number },
): boolean {
  return place !== null && place.salt1 === salts.salt1 && place.salt2 === salts.salt2
}
