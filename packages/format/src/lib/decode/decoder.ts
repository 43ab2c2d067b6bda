import { sharedKernels, type Kernels } from '@ltx/kernels'
import { ByteReader } from '../bytes/byte-reader.ts'
import { HEADER_BYTES } from '../constants.ts'
import { FormatError } from '../errors.ts'
import { decodeHeader, type Header } from '../file/header.ts'
import { PackedIndex } from '../file/packed-index.ts'
import type { Trailer } from '../file/trailer.ts'
import type { KernelOptions } from '../kernel-options.ts'
import { PageReader, type DecoderParts, type PageEvent } from './page-reader.ts'
import { TailReader } from './tail-reader.ts'

/** What a file holds, in its order: one header, pages, one end. */
export type DecoderEvent =
  | { readonly kind: 'header'; readonly header: Header }
  | PageEvent
  | { readonly kind: 'end'; readonly trailer: Trailer }

/**
 * Reads one LTX file from chunks, without I/O, and believes nothing: order and range of the pages, the page index, every
 * size, the checksum of the file and, in full images that have it, of the database. Until the `end` event pages are
 * unproven: undo what was done with them when an error comes instead.
 *
 * Push a chunk, pull until `null`, and so on. Memory: one page, one frame at a chunk's edge, 2 to 9 bytes a page for the
 * index. After an error every call throws it again.
 */
export class FileDecoder {
  readonly #kernels: Kernels
  readonly #input = new ByteReader()
  /** After the header. */
  #body: { readonly parts: DecoderParts; readonly pages: PageReader } | null = null
  /** After the pages. */
  #tail: TailReader | null = null
  #isDone = false
  #isInputFinished = false
  #isDrained = true
  #failure: unknown = null

  constructor(options: KernelOptions = {}) {
    this.#kernels = options.kernels ?? sharedKernels()
  }

  /**
   * @param chunk Borrowed until `pull` returns `null`.
   * @throws {FormatError} `LTX_BAD_FIELD` for bytes after the end of the file.
   */
  push(chunk: Uint8Array): void {
    this.#rethrow()
    if (this.#isInputFinished) throw new TypeError('input after its end')
    if (chunk.length === 0) return
    this.#isDrained = false
    this.#input.push(chunk)
    if (this.#isDone) this.#failing(() => this.#refuseTrailing())
  }

  /** Says that no chunk will come any more. @throws {FormatError} `LTX_TRUNCATED` when the file is not complete (or `pull` will). */
  finishInput(): void {
    this.#rethrow()
    this.#isInputFinished = true
    if (this.#isDrained) this.#failing(() => this.#refuseEarlyEnd())
  }

  /** Whether a caller that may wait had better wait for {@link FileDecoder.decodeAhead} before the next `pull`. */
  get canDecodeAhead(): boolean {
    return this.#tail === null && this.#failure === null && (this.#body?.pages.canDecodeAhead ?? false)
  }

  /**
   * Decodes pages that were pushed, on other threads, where the kernels can (`Kernels.runs`): each `pull` is quick then. What the pulls
   * give is the same with and without it. No other call before it is done.
   */
  async decodeAhead(): Promise<void> {
    await this.#body?.pages.decodeAhead()
  }

  /**
   * Takes the place of `pull` for many pages at once, on other threads where the kernels can (`Kernels.runs`). No other call before it is
   * done.
   *
   * @param room Where the pages go, one after the other from its start: at least one has to fit. @param numbers Where their numbers go.
   * @returns How many. 0: what comes next is no page, or needs more input: `pull` tells. @throws {FormatError}
   */
  async pullPages(room: Uint8Array, numbers: Uint32Array): Promise<number> {
    this.#rethrow()
    if (this.#body === null || this.#tail !== null) return 0
    try {
      return await this.#body.pages.readRun(room, numbers)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /** The next event; `null` when more input is needed, and after `end`. @throws {FormatError} */
  pull(): DecoderEvent | null {
    this.#rethrow()
    return this.#failing(() => {
      const event = this.#isDone ? null : this.#next()
      if (event !== null) return event
      this.#input.keepRest()
      this.#isDrained = true
      if (this.#isInputFinished) this.#refuseEarlyEnd()
      return null
    })
  }

  #next(): DecoderEvent | null {
    if (this.#tail !== null) return this.#nextOfTail(this.#tail)
    if (this.#body === null) return this.#nextHeader()
    const { parts, pages } = this.#body
    const event = pages.next()
    if (event === 'needs input') return null
    if (event !== 'end of pages') return event
    this.#tail = new TailReader(parts, pages.databaseChecksum)
    return this.#nextOfTail(this.#tail)
  }

  #nextHeader(): DecoderEvent | null {
    const input = this.#input
    const kernels = this.#kernels
    if (!input.ensure(HEADER_BYTES)) return null
    const bytes = input.bytes.subarray(input.at, input.at + HEADER_BYTES)
    const header = decodeHeader(bytes)
    const checksum = { value: kernels.crc64(0n, bytes) }
    input.advance(HEADER_BYTES)
    const parts = { header, kernels, input, checksum, index: new PackedIndex() }
    this.#body = { parts, pages: new PageReader(parts) }
    return { kind: 'header', header }
  }

  #nextOfTail(tail: TailReader): DecoderEvent | null {
    const trailer = tail.next()
    if (trailer === null) return null
    this.#isDone = true
    this.#refuseTrailing()
    return { kind: 'end', trailer }
  }

  #refuseTrailing(): void {
    if (!this.#input.isEmpty) {
      throw new FormatError('LTX_BAD_FIELD', this.#input.position, 'bytes after the end of the file')
    }
  }

  #refuseEarlyEnd(): void {
    if (this.#isDone) return
    const offset = this.#input.position + this.#input.contiguous
    throw new FormatError('LTX_TRUNCATED', offset, 'the file ends too early')
  }

  #failing<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure
  }
}
