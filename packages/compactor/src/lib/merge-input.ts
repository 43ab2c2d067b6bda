import {
  FileDecoder,
  isFormatError,
  type DecoderEvent,
  type Header,
  type KernelOptions,
  type PageEvent,
} from '@ltx/format'
import { CompactorError } from './errors.ts'
import type { SourceReader } from './source-reader.ts'

/** One file on its way through the merge: its header, then a page at a time, then the proof that it was right to its end. */
export class MergeInput {
  /** Place among the inputs, from 0; of two versions of a page the one with the higher index is newer. */
  readonly index: number
  readonly name: string
  /** Made here, of other inputs, and held in memory. */
  readonly isBundle: boolean
  readonly #reader: SourceReader
  readonly #decoder: FileDecoder
  #header: Header | null = null
  #page: PageEvent | null = null
  #isVerified = false

  constructor(
    index: number,
    name: string,
    reader: SourceReader,
    options: KernelOptions,
    isBundle: boolean = false,
  ) {
    this.index = index
    this.name = name
    this.isBundle = isBundle
    this.#reader = reader
    this.#decoder = new FileDecoder(options)
  }

  /** The page it stands at, borrowed until it moves; null before the first and when the file is used up and verified. */
  get page(): PageEvent | null {
    return this.#page
  }

  /** The header; reads as far as it takes. */
  async readHeader(): Promise<Header> {
    while (this.#header === null) {
      const event = this.#pull()
      if (event === null) await this.#feed()
      else if (event.kind === 'header') this.#header = event.header
    }
    return this.#header
  }

  /** Moves to the next page as far as the bytes at hand go. False: call {@link MergeInput.advance}. */
  tryAdvance(): boolean {
    this.#page = null
    const event = this.#pull()
    if (event === null || event.kind !== 'page') return false
    this.#page = event
    return true
  }

  /** Moves to the next page, or, with no page left, to the verified end. */
  async advance(): Promise<void> {
    while (!this.#isVerified && !this.tryAdvance()) await this.#feed()
  }

  #pull(): DecoderEvent | null {
    return this.#blaming(() => this.#decoder.pull())
  }

  async #feed(): Promise<void> {
    const chunk = await this.#reader.next()
    this.#blaming(() => {
      if (chunk !== null) {
        this.#decoder.push(chunk)
        return
      }
      this.#decoder.finishInput() // throws unless the end was reached and was right
      this.#isVerified = true
    })
  }

  #blaming<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (cause) {
      if (!isFormatError(cause)) throw cause
      throw new CompactorError('COMPACT_CORRUPT', this.index, `${this.name}: ${cause.message}`, { cause })
    }
  }
}
