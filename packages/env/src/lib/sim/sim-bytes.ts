/** The content of a file: bytes that can be written anywhere and cut. A gap reads as zeros. */
export class SimBytes {
  #buffer: Uint8Array
  #size: number

  constructor(content: Uint8Array = new Uint8Array(0)) {
    this.#buffer = new Uint8Array(content)
    this.#size = content.length
  }

  get size(): number {
    return this.#size
  }

  read(target: Uint8Array, position: number): number {
    const end = Math.min(this.#size, position + target.length)
    if (end <= position) return 0
    target.set(this.#buffer.subarray(position, end))
    return end - position
  }

  write(bytes: Uint8Array, position: number): void {
    if (bytes.length === 0) return
    this.#resize(Math.max(this.#size, position + bytes.length))
    this.#buffer.set(bytes, position)
  }

  truncate(size: number): void {
    if (size < this.#size) this.#buffer.fill(0, size, this.#size)
    this.#resize(size)
  }

  copy(): Uint8Array {
    return this.#buffer.slice(0, this.#size)
  }

  #resize(size: number): void {
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(size, this.#buffer.length * 2))
      larger.set(this.#buffer.subarray(0, this.#size))
      this.#buffer = larger
    }
    this.#size = size
  }
}
