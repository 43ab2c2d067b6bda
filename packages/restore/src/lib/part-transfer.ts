import type { Part } from './part-cutter.ts'

/** One part on its way: filled by the storage, used up by a reader, who may begin before it has come in full. */
export class PartTransfer {
  readonly part: Part
  readonly #chunks: Uint8Array[] = []
  #restBytes: number
  #failed: { readonly failure: unknown } | null = null
  #wake: (() => void) | null = null
  #wasWaitedFor = false

  constructor(part: Part) {
    this.part = part
    this.#restBytes = part.end - part.start
  }

  /** The reader was there before the bytes. */
  get wasWaitedFor(): boolean {
    return this.#wasWaitedFor
  }

  /** @param chunk Not copied. All of them together are as long as the part. */
  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#wake?.()
  }

  /** No more comes, because of this: thrown when the reader has used up what came before. */
  fail(failure: unknown): void {
    this.#failed = { failure }
    this.#wake?.()
  }

  /** The next chunk, `null` after the last byte. */
  async take(): Promise<Uint8Array | null> {
    if (this.#restBytes === 0) return null
    while (this.#chunks.length === 0 && this.#failed === null) {
      this.#wasWaitedFor = true
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const chunk = this.#chunks.shift()
    if (chunk === undefined) throw this.#failed?.failure
    this.#restBytes -= chunk.length
    return chunk
  }
}
