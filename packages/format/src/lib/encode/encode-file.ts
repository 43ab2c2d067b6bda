import type { Header } from '../file/header.ts'
import type { KernelOptions } from '../kernel-options.ts'
import { FileEncoder } from './encoder.ts'

/** Encoded bytes are handed out in chunks of about this size. */
export const CHUNK_BYTES = 262_144

export interface PageInput {
  readonly pageNumber: number
  /** Exactly `pageSize` bytes; borrowed until the next page is asked for. */
  readonly data: Uint8Array
}

export interface EncodeFileOptions extends KernelOptions {
  /** Of the database after this file, see `FileEncoder.finish`; a function is called when all pages are written. */
  readonly postApplyChecksum?: bigint | (() => bigint) | undefined
}

/**
 * One LTX file as a stream of chunks of about {@link CHUNK_BYTES}, each owned by the caller.
 *
 * @param pages Ascending by page number. An array or generator costs nothing per page; an async source one wait per page.
 * @throws {FormatError} `LTX_BAD_FIELD` for the header.
 * @throws {RangeError} as `FileEncoder`.
 */
export async function* encodeFile(
  header: Header,
  pages: AsyncIterable<PageInput> | Iterable<PageInput>,
  options: EncodeFileOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new FileEncoder(header, options)
  if (Symbol.asyncIterator in pages) {
    for await (const page of pages) {
      encoder.writePage(page.pageNumber, page.data)
      if (encoder.pendingBytes >= CHUNK_BYTES) yield encoder.take()
    }
  } else {
    for (const page of pages) {
      encoder.writePage(page.pageNumber, page.data)
      if (encoder.pendingBytes >= CHUNK_BYTES) yield encoder.take()
    }
  }
  const { postApplyChecksum } = options
  encoder.finish(typeof postApplyChecksum === 'function' ? postApplyChecksum() : postApplyChecksum)
  while (encoder.pendingBytes > 0) yield encoder.take(CHUNK_BYTES)
}
