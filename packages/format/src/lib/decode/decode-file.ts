import type { KernelOptions } from '../kernel-options.ts'
import { invariant } from '../invariant.ts'
import type { Header } from '../file/header.ts'
import type { Trailer } from '../file/trailer.ts'
import { FileDecoder, type DecoderEvent } from './decoder.ts'

/**
 * Decodes and verifies a whole file. `end` comes last, when the source is known to end there too.
 *
 * @param source Chunks of any size; each is borrowed until the next is asked for.
 * @param onEvent Called in order. Its promise is waited for; when it returns nothing there is no wait, so a file costs one
 *   wait a chunk and not one a page. `data` and `frame` are borrowed until it is done.
 * @throws {FormatError} every code. Whatever `source` or `onEvent` throws comes through as it is.
 */
export async function decodeFile(
  source: AsyncIterable<Uint8Array>,
  onEvent: (event: DecoderEvent) => void | Promise<void>,
  options: KernelOptions = {},
): Promise<void> {
  const decoder = new FileDecoder(options)
  let end: DecoderEvent | null = null
  for await (const chunk of source) {
    decoder.push(chunk)
    for (;;) {
      if (decoder.canDecodeAhead) await decoder.decodeAhead()
      const event = decoder.pull()
      if (event === null) break
      if (event.kind === 'end') {
        end = event
        continue
      }
      const waiting = onEvent(event)
      if (waiting !== undefined) await waiting
    }
  }
  decoder.finishInput()
  if (end !== null) await onEvent(end)
}

/**
 * The same, pulled by the caller: for merging several files, at the price of a wait a page. Leaving the loop closes the
 * source; a file that was not read to its `end` was not verified.
 *
 * @throws {FormatError} every code.
 */
export async function* readEvents(
  source: AsyncIterable<Uint8Array>,
  options: KernelOptions = {},
): AsyncGenerator<DecoderEvent, void, undefined> {
  const decoder = new FileDecoder(options)
  let end: DecoderEvent | null = null
  for await (const chunk of source) {
    decoder.push(chunk)
    for (;;) {
      if (decoder.canDecodeAhead) await decoder.decodeAhead()
      const event = decoder.pull()
      if (event === null) break
      if (event.kind === 'end') end = event
      else yield event
    }
  }
  decoder.finishInput()
  if (end !== null) yield end
}

/** A file that was found to be right. */
export interface VerifiedFile {
  readonly header: Header
  readonly trailer: Trailer
  readonly pageCount: number
  /** Length of the file, in bytes. */
  readonly bytes: number
}

/** Reads a file to its end and throws at the first thing wrong with it. @throws {FormatError} every code. */
export async function verifyFile(
  source: AsyncIterable<Uint8Array>,
  options: KernelOptions = {},
): Promise<VerifiedFile> {
  let header: Header | null = null
  let trailer: Trailer | null = null
  let pageCount = 0
  let bytes = 0
  await decodeFile(
    counting(source, (count) => (bytes += count)),
    (event) => {
      if (event.kind === 'page') pageCount++
      else if (event.kind === 'header') header = event.header
      else trailer = event.trailer
    },
    options,
  )
  invariant(header !== null && trailer !== null, 'a decoded file has a header and a trailer')
  return { header, trailer, pageCount, bytes }
}

async function* counting(
  source: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    onBytes(chunk.length)
    yield chunk
  }
}
