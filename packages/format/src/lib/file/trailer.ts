import { viewOf } from '../bytes/view-of.ts'
import { CHECKSUM_FLAG, TRAILER_BYTES } from '../constants.ts'
import { isChecksum, type Header } from './header.ts'

const AT = {
  postApplyChecksum: 0, // 8
  fileChecksum: 8, //      8
} as const

export interface Trailer {
  /** Checksum of the database after this file is applied, with the flag bit; 0n when checksums are not tracked. */
  readonly postApplyChecksum: bigint
  /** CRC-64/ISO of the file up to here, pages uncompressed, with the flag bit. */
  readonly fileChecksum: bigint
}

/** @param bytes {@link TRAILER_BYTES} bytes, borrowed. */
export function decodeTrailer(bytes: Uint8Array): Trailer {
  const view = viewOf(bytes)
  return {
    postApplyChecksum: view.getBigUint64(AT.postApplyChecksum),
    fileChecksum: view.getBigUint64(AT.fileChecksum),
  }
}

/** The {@link TRAILER_BYTES} bytes of a trailer, owned by the caller. */
export function encodeTrailer(trailer: Trailer): Uint8Array {
  const bytes = new Uint8Array(TRAILER_BYTES)
  const view = viewOf(bytes)
  view.setBigUint64(AT.postApplyChecksum, trailer.postApplyChecksum)
  view.setBigUint64(AT.fileChecksum, trailer.fileChecksum)
  return bytes
}

/** The part of the trailer that the file checksum covers: its first eight bytes. Borrowed, as `bytes`. */
export function checksummedTrailer(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(AT.postApplyChecksum, AT.fileChecksum)
}

/**
 * What is wrong with a post-apply checksum; `null` when nothing is.
 *
 * @param ofPages Checksum of all pages in the file, for a full image whose checksums are tracked; else `null`.
 * @see fixtures `zero-commit`, `bad/post-apply-*`
 */
export function postApplyDefect(header: Header, postApply: bigint, ofPages: bigint | null): string | null {
  if (header.noChecksum) return postApply === 0n ? null : 'post-apply checksum where there is none'
  if (!isChecksum(postApply)) return 'post-apply checksum is missing'
  if (header.commit === 0 && postApply !== CHECKSUM_FLAG) return 'post-apply checksum of an empty database'
  if (ofPages !== null && postApply !== ofPages) return 'post-apply checksum does not match the pages'
  return null
}
