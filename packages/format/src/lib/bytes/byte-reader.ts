/**
 * A stream of chunks, read as runs of contiguous bytes. A run inside one chunk is not copied; of a run over a chunk's edge
 * only the run itself is, so memory is bounded by the longest run that is asked for.
 *
 * A pushed chunk is borrowed until {@link ByteReader.keepRest}.
 */
export class ByteReader {
  /** The run that {@link ByteReader.ensure} promised starts at `bytes[at]`. */
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  /** Bytes consumed since the start of the stream. */
  position = 0
  #end = 0
  #isOurs = true
  #carry: Uint8Array = new Uint8Array(0)
  /** What follows `bytes`. */
  #rest: Uint8Array = new Uint8Array(0)

  /** Contiguous bytes at `at`. */
  get contiguous(): number {
    return this.#end - this.at
  }

  get isEmpty(): boolean {
    return this.contiguous === 0 && this.#rest.length === 0
  }

  push(chunk: Uint8Array): void {
    if (this.#rest.length > 0 || (!this.#isOurs && this.contiguous > 0)) this.keepRest()
    this.#rest = chunk
  }

  /** Whether `count` contiguous bytes stand at `at` now. False: more input is needed. Nothing is consumed. */
  ensure(count: number): boolean {
    const held = this.contiguous
    if (held >= count) return true
    if (held + this.#rest.length < count) return false
    if (held === 0) {
      this.bytes = this.#rest
      this.at = 0
      this.#end = this.#rest.length
      this.#isOurs = false
      this.#rest = this.#rest.subarray(this.#rest.length)
    } else {
      this.#carryOver(count - held)
    }
    return true
  }

  /** Length of {@link ByteReader.run}. */
  get runBytes(): number {
    return this.contiguous > 0 ? this.contiguous : this.#rest.length
  }

  /** All contiguous bytes from where it stands on, borrowed. Nothing is consumed or copied. */
  run(): Uint8Array {
    this.ensure(1)
    return this.bytes.subarray(this.at, this.#end)
  }

  /** Moves on over bytes that {@link ByteReader.ensure} promised. */
  advance(count: number): void {
    this.at += count
    this.position += count
  }

  /** Copies what is left of borrowed chunks. After it the chunks' owner may use them again. */
  keepRest(): void {
    if (this.#rest.length > 0) this.#carryOver(this.#rest.length)
    else if (!this.#isOurs) this.#carryOver(0)
  }

  /** Makes the bytes at hand and `count` bytes of the rest one run of our own. */
  #carryOver(count: number): void {
    const held = this.bytes.subarray(this.at, this.#end)
    const wanted = held.length + count
    if (!this.#isOurs || this.#end + count > this.#carry.length) {
      const isTooSmall = wanted > this.#carry.length
      const carry = isTooSmall ? new Uint8Array(Math.max(wanted, 2 * this.#carry.length)) : this.#carry
      carry.set(held) // may overlap: `set` and `copyWithin` both allow that
      this.#carry = carry
      this.at = 0
      this.#end = held.length
    }
    this.#carry.set(this.#rest.subarray(0, count), this.#end)
    this.#end += count
    this.bytes = this.#carry
    this.#isOurs = true
    this.#rest = this.#rest.subarray(count)
  }
}
