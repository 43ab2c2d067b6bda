/** Smaller buffers are not worth keeping. */
const KEPT_BYTES_MIN = 16 * 1024

/** Sizes are multiples of this, so that a buffer also fits a chunk that is a little larger. */
const STEP_BYTES = 16 * 1024

/**
 * Buffers for the chunks of a download, filled again and again: made anew for each chunk they would cost the time to clear them, and
 * the memory until somebody collects them.
 */
export class ChunkBuffers {
  readonly #lent = new WeakSet<ArrayBufferLike>()
  readonly #spare: ArrayBuffer[] = []

  /** @returns `bytes` bytes, whatever they contain. */
  take(bytes: number): Uint8Array {
    if (bytes < KEPT_BYTES_MIN) return new Uint8Array(bytes)
    const index = this.#spare.findIndex((buffer) => buffer.byteLength >= bytes)
    const [buffer = new ArrayBuffer(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES)] =
      index < 0 ? [] : this.#spare.splice(index, 1)
    this.#lent.add(buffer)
    return new Uint8Array(buffer, 0, bytes)
  }

  /** Takes a chunk back that nobody looks at any more. One that was not taken from here is left alone. */
  giveBack(chunk: Uint8Array): void {
    const { buffer } = chunk
    if (this.#lent.delete(buffer) && buffer instanceof ArrayBuffer) this.#spare.push(buffer)
  }
}
