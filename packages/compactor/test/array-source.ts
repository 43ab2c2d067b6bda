import type { MergeResult, MergeSource } from '../src/index.ts'

/** Sources that count how many are open, and lend one buffer chunk after chunk, as a file reader may. */
export class ArraySources {
  readonly #chunkBytes: number
  opened = 0
  open = 0
  openMax = 0

  constructor(chunkBytes: number = 10_000) {
    this.#chunkBytes = chunkBytes
  }

  of(file: Uint8Array, name?: string): MergeSource {
    return { open: () => this.#read(file), name }
  }

  async *#read(file: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    this.opened++
    this.open++
    this.openMax = Math.max(this.openMax, this.open)
    const buffer = new Uint8Array(this.#chunkBytes)
    try {
      for (let at = 0; at < file.length; at += this.#chunkBytes) {
        const chunk = file.subarray(at, at + this.#chunkBytes)
        buffer.fill(0xee).set(chunk)
        yield buffer.subarray(0, chunk.length)
        await Promise.resolve()
      }
    } finally {
      this.open--
    }
  }
}

export interface Merged {
  readonly bytes: Uint8Array
  readonly chunks: readonly Uint8Array[]
  readonly result: MergeResult
}

/** Everything a merge yields and returns. */
export async function collected(
  merging: AsyncGenerator<Uint8Array, MergeResult, undefined>,
): Promise<Merged> {
  const chunks: Uint8Array[] = []
  for (;;) {
    const step = await merging.next() // oxlint-disable-line no-await-in-loop -- a stream
    if (step.done === true) return { bytes: Buffer.concat(chunks), chunks, result: step.value }
    chunks.push(step.value)
  }
}
