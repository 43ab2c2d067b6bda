import { pageAlignedBytes, type StagedFile } from '@ltx/env'

/** What a file has more than this goes to the disk past the page cache: no one reads it soon. */
const CACHED_BYTES_MAX = 4 * 1024 * 1024
const BLOCK_BYTES = 1024 * 1024

/**
 * Writes chunks one after the other. Those of a long file are gathered in blocks that the disk fetches itself where it can: a copy in the
 * page cache costs more than compression where that memory was not in use before (docs/decisions/0012). While one block is on its way the
 * next is filled.
 */
export class BlockWriter {
  readonly #staged: Pick<StagedFile, 'write'>
  #position = 0
  /** What is gathered for the place `#position`. */
  #filled = 0
  #block: Uint8Array = new Uint8Array(0)
  #other: Uint8Array = new Uint8Array(0)
  /** Of the other block. */
  #writing: Promise<void> | null = null

  constructor(staged: Pick<StagedFile, 'write'>) {
    this.#staged = staged
  }

  /** @param chunk Borrowed until it resolves. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#position + chunk.length <= CACHED_BYTES_MAX) {
      await this.#staged.write(chunk)
      this.#position += chunk.length
      return
    }
    if (this.#block.length === 0) {
      this.#block = pageAlignedBytes(BLOCK_BYTES)
      this.#other = pageAlignedBytes(BLOCK_BYTES)
    }
    for (let rest = chunk; rest.length > 0;) {
      const blockBytes = BLOCK_BYTES - (this.#position % BLOCK_BYTES) // so that the next one begins where a disk can
      const part = rest.subarray(0, blockBytes - this.#filled)
      this.#block.set(part, this.#filled)
      this.#filled += part.length
      rest = rest.subarray(part.length)
      if (this.#filled === blockBytes) await this.#send()
    }
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#filled > 0) await this.#send()
    await this.#writing
  }

  async #send(): Promise<void> {
    await this.#writing
    this.#writing = this.#staged.write(this.#block.subarray(0, this.#filled), { uncached: true })
    this.#writing.catch(() => {}) // whoever waits for it is told
    this.#position += this.#filled
    this.#filled = 0
    ;[this.#block, this.#other] = [this.#other, this.#block]
  }
}
