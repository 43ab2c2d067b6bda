import { FileEncoder, type Header, type KernelOptions, type PageEvent } from '@ltx/format'
import { CompactorError } from './errors.ts'
import type { MergeInput } from './merge-input.ts'
import { PageQueue } from './page-queue.ts'

/** Chunks of the result are about this large. */
export const CHUNK_BYTES = 262_144

export interface MergePagesOptions extends KernelOptions {
  /** Called with the number of pages written so far, before each chunk. */
  readonly onPages?: ((pages: number) => void) | undefined
}

export interface MergedPages {
  readonly pages: number
  readonly bytes: number
}

/**
 * The newest version of each page of the inputs, up to the header's commit, as one file. Each input is read to its end and
 * verified before the last chunk, which holds the trailer, is handed out: without it the result is no file.
 *
 * A page beyond the final size that an input in the middle dropped and a later one did not write again keeps its old bytes, as
 * in Litestream; SQLite never reads such a page before writing it.
 *
 * @param inputs At their headers, oldest first.
 * @throws {CompactorError} `COMPACT_INCOMPLETE`, `COMPACT_CORRUPT`
 */
export async function* mergePages(
  inputs: readonly MergeInput[],
  header: Header,
  options: MergePagesOptions,
): AsyncGenerator<Uint8Array, MergedPages, undefined> {
  const encoder = new FileEncoder(header, options)
  const queue = new PageQueue()
  for (const input of inputs) {
    await input.advance() // oxlint-disable-line no-await-in-loop -- each is at its first chunk already
    if (input.page !== null) queue.add(input)
  }
  let pages = 0
  let lastPage = 0
  for (let input = queue.first(); input !== undefined; input = queue.first()) {
    const { page } = input
    if (page !== null && page.pageNumber !== lastPage && page.pageNumber <= header.commit) {
      requiringCompleteness(header, () => writePage(encoder, page))
      pages++
      lastPage = page.pageNumber
      if (encoder.pendingBytes >= CHUNK_BYTES) {
        options.onPages?.(pages)
        yield encoder.take()
      }
    }
    if (!input.tryAdvance()) await input.advance() // oxlint-disable-line no-await-in-loop -- the merge needs this page next
    queue.moveFirst()
  }
  requiringCompleteness(header, () => encoder.finish())
  options.onPages?.(pages)
  while (encoder.pendingBytes > 0) yield encoder.take(CHUNK_BYTES)
  return { pages, bytes: encoder.bytesWritten }
}

function writePage(encoder: FileEncoder, page: PageEvent): void {
  if (page.frame === null) encoder.writePage(page.pageNumber, page.data)
  else encoder.copyFrame(page.frame, page.data)
}

/**
 * A file that starts at TXID 1 is a full image, and the encoder refuses to leave out a page of one. All else that it refuses
 * cannot come out of verified inputs.
 */
function requiringCompleteness(header: Header, act: () => void): void {
  try {
    act()
  } catch (cause) {
    if (header.minTXID !== 1n || !(cause instanceof RangeError)) throw cause
    throw new CompactorError('COMPACT_INCOMPLETE', null, cause.message, { cause })
  }
}
