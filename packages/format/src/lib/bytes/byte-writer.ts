const CAPACITY_BYTES_MIN = 4096

/** Bytes gathered until somebody takes them. */
export class ByteWriter {
  #bytes: Uint8Array = new Uint8Array(0)
  #used = 0
  #capacity = CAPACITY_BYTES_MIN

  get length(): number {
    return this.#used
  }

  /** Makes room for `count` more bytes and returns the buffer to write them to, from {@link ByteWriter.length} on. */
  reserve(count: number): Uint8Array {
    const wanted = this.#used + count
    if (wanted > this.#bytes.length) {
      this.#capacity = Math.max(wanted, 2 * this.#bytes.length, this.#capacity)
      const larger = new Uint8Array(this.#capacity)
      larger.set(this.#bytes.subarray(0, this.#used))
      this.#bytes = larger
    }
    return this.#bytes
  }

  /** Counts bytes that were written to the reserved buffer. */
  commit(count: number): void {
    this.#used += count
  }

  /** Adds a copy of `bytes`. */
  write(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.#used)
    this.#used += bytes.length
  }

  /** All bytes so far, borrowed until the next write; the writer is empty after it and uses its buffer again. */
  lend(): Uint8Array {
    const lent = this.#bytes.subarray(0, this.#used)
    this.#used = 0
    return lent
  }

  /** All bytes so far, owned by the caller; the writer is empty after it. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#used)
    const isWellFilled = this.#used * 2 > this.#bytes.length
    this.#used = 0
    if (!isWellFilled) return taken.slice() // the buffer is used again
    this.#bytes = new Uint8Array(0)
    return taken
  }
}
