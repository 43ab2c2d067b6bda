import { viewOf } from './view-of.ts'

/** Size of the header before each page image, in bytes. */
export const WAL_FRAME_HEADER_BYTES = 24

export const WAL_FRAME_AT = {
  pageNumber: 0, //  4
  commit: 4, //      4  database size in pages if this frame commits, else 0
  salt1: 8, //       4
  salt2: 12, //      4
  checksum: 16, //   8  two words, running: over the 8 first bytes here, then the page
} as const

export interface WalFrameHeader {
  readonly pageNumber: number
  /** Database size in pages after the transaction that this frame ends; 0 inside a transaction. */
  readonly commit: number
  readonly salt1: number
  readonly salt2: number
  readonly checksum: readonly [number, number]
}

/**
 * Reads the fields of a frame header. Checks nothing: salts and checksum say whether the frame is live.
 *
 * @param bytes Borrowed; has {@link WAL_FRAME_HEADER_BYTES} bytes from `start` on.
 * @throws {RangeError} when it has not.
 * @see sqlite.org/fileformat2.html, "WAL Frame Header Format"
 */
export function decodeWalFrameHeader(bytes: Uint8Array, start = 0): WalFrameHeader {
  const view = viewOf(bytes)
  return {
    pageNumber: view.getUint32(start + WAL_FRAME_AT.pageNumber),
    commit: view.getUint32(start + WAL_FRAME_AT.commit),
    salt1: view.getUint32(start + WAL_FRAME_AT.salt1),
    salt2: view.getUint32(start + WAL_FRAME_AT.salt2),
    checksum: [
      view.getUint32(start + WAL_FRAME_AT.checksum),
      view.getUint32(start + WAL_FRAME_AT.checksum + 4),
    ],
  }
}
