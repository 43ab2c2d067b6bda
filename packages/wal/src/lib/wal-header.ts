import { WalError } from './errors.ts'
import { isPageSize } from './page-size.ts'
import { viewOf } from './view-of.ts'
import { walChecksum } from './wal-checksum.ts'

/** Size of the header at the start of a WAL, in bytes. */
export const WAL_HEADER_BYTES = 32

/** The last bit says in which byte order checksum words are read; every field is big-endian all the same. */
export const WAL_MAGIC_LITTLE_ENDIAN = 0x377f_0682
export const WAL_MAGIC_BIG_ENDIAN = 0x377f_0683
export const WAL_VERSION = 3_007_000

export const WAL_HEADER_AT = {
  magic: 0, //      4
  version: 4, //    4
  pageSize: 8, //   4  bytes; 65536 is stored as it is
  sequence: 12, //  4  counts checkpoints
  salt1: 16, //     4
  salt2: 20, //     4
  checksum: 24, //  8  two words, over the 24 bytes before them
} as const

export interface WalHeader {
  /** Byte order in which checksum words are read. */
  readonly littleEndian: boolean
  /** Database page size, in bytes. */
  readonly pageSize: number
  readonly sequence: number
  readonly salt1: number
  readonly salt2: number
  /** The header's own checksum, with which the first frame's starts. */
  readonly checksum: readonly [number, number]
}

/** `none`: there is no WAL yet, or its header is just being written. */
export type WalHeaderResult =
  | { readonly kind: 'header'; readonly header: WalHeader }
  | { readonly kind: 'none'; readonly because: 'short' | 'checksum' }

/**
 * Reads the header of a WAL, in the order in which the Go reader looks: length, magic, checksum, version, page size.
 *
 * @param bytes The start of the file, {@link WAL_HEADER_BYTES} or more. Borrowed: the result does not refer to them.
 * @throws {WalError} `WAL_BAD_MAGIC`, `WAL_BAD_VERSION`, `WAL_BAD_PAGE_SIZE`
 * @see sqlite.org/fileformat2.html, "WAL Header Format"; fixtures `header-*`
 */
export function decodeWalHeader(bytes: Uint8Array): WalHeaderResult {
  if (bytes.length < WAL_HEADER_BYTES) return { kind: 'none', because: 'short' }
  const view = viewOf(bytes)
  const magic = view.getUint32(WAL_HEADER_AT.magic)
  if (magic !== WAL_MAGIC_LITTLE_ENDIAN && magic !== WAL_MAGIC_BIG_ENDIAN) {
    throw new WalError('WAL_BAD_MAGIC', WAL_HEADER_AT.magic, `found 0x${magic.toString(16).padStart(8, '0')}`)
  }
  const littleEndian = magic === WAL_MAGIC_LITTLE_ENDIAN
  const checksum: [number, number] = [
    view.getUint32(WAL_HEADER_AT.checksum),
    view.getUint32(WAL_HEADER_AT.checksum + 4),
  ]
  const computed = walChecksum([0, 0], bytes.subarray(0, WAL_HEADER_AT.checksum), littleEndian)
  if (computed[0] !== checksum[0] || computed[1] !== checksum[1]) return { kind: 'none', because: 'checksum' }
  const version = view.getUint32(WAL_HEADER_AT.version)
  if (version !== WAL_VERSION) {
    throw new WalError(
      'WAL_BAD_VERSION',
      WAL_HEADER_AT.version,
      `version ${version}, expected ${WAL_VERSION}`,
    )
  }
  const pageSize = view.getUint32(WAL_HEADER_AT.pageSize)
  if (!isPageSize(pageSize)) {
    throw new WalError('WAL_BAD_PAGE_SIZE', WAL_HEADER_AT.pageSize, `page size ${pageSize}`)
  }
  return {
    kind: 'header',
    header: {
      littleEndian,
      pageSize,
      sequence: view.getUint32(WAL_HEADER_AT.sequence),
      salt1: view.getUint32(WAL_HEADER_AT.salt1),
      salt2: view.getUint32(WAL_HEADER_AT.salt2),
      checksum,
    },
  }
}
