import type { Header } from '../file/header.ts'
import type { Trailer } from '../file/trailer.ts'
import { invariant } from '../invariant.ts'
import type { KernelOptions } from '../kernel-options.ts'
import { FileDecoder } from './decoder.ts'

/** Where the pages of a file go. */
export interface PageSink {
  /** Once, before anything else. */
  onHeader(header: Header): void
  /** Memory for pages: at least one has to fit. It is written to until `onPages` is called, or the decoding ends. */
  room(): Uint8Array
  /**
   * Pages lie in the `room()`, one after the other from its start. A promise is waited for.
   *
   * @param numbers Of the pages, ascending; borrowed until it is done.
   */
  onPages(numbers: Uint32Array): void | Promise<void>
}

/**
 * Decodes and verifies a whole file as `decodeFile` does, for those who want many pages at a time, and in memory of their own. Until it
 * resolves nothing is proven.
 *
 * @param source Chunks of any size, better large ones; each is borrowed until the next is asked for.
 * @throws {FormatError} every code. Whatever `source` or the sink throws comes through as it is.
 */
export async function decodePages(
  source: AsyncIterable<Uint8Array>,
  sink: PageSink,
  options: KernelOptions = {},
): Promise<Trailer> {
  const decoder = new FileDecoder(options)
  let pageSize = 0
  let numbers = new Uint32Array(0)
  let trailer: Trailer | null = null
  for await (const chunk of source) {
    decoder.push(chunk)
    for (;;) {
      if (pageSize > 0) {
        const room = sink.room()
        const countMax = Math.floor(room.length / pageSize)
        if (countMax > numbers.length) numbers = new Uint32Array(countMax)
        const count = await decoder.pullPages(room, numbers)
        const waiting = count > 0 ? sink.onPages(numbers.subarray(0, count)) : undefined
        if (waiting !== undefined) await waiting
        if (count > 0) continue
      }
      const event = decoder.pull()
      if (event === null) break
      invariant(event.kind !== 'page', 'no page comes where none was there to be read')
      if (event.kind === 'end') {
        trailer = event.trailer
        continue
      }
      pageSize = event.header.pageSize
      sink.onHeader(event.header)
    }
  }
  decoder.finishInput()
  invariant(trailer !== null, 'a decoded file has a trailer')
  return trailer
}
