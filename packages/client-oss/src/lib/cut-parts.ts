/** The next bytes of a file to store. Owned by whoever asked for them. */
export interface Part {
  readonly bytes: Uint8Array
  /** Whether nothing comes after it. */
  readonly last: boolean
}

/** No smaller buffer is begun with: most files are small. */
const BUFFER_BYTES: number = 64 * 1024

/**
 * A stream in parts whose sizes the caller says, one after the other; the last one has the rest. Chunks are borrowed, and each is used
 * up before the next is asked for.
 */
export async function* cutParts(
  chunks: AsyncIterable<Uint8Array>,
  bytesOf: (partNumber: number) => number,
): AsyncGenerator<Part, void, undefined> {
  let partNumber = 1
  let size = bytesOf(partNumber)
  let buffer = new Uint8Array(0)
  let length = 0
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      if (length === size) {
        yield { bytes: buffer.subarray(0, length), last: false }
        size = bytesOf(++partNumber)
        buffer = new Uint8Array(0)
        length = 0
      }
      const taken = Math.min(chunk.length - start, size - length)
      if (length + taken > buffer.length) {
        const grown = new Uint8Array(
          Math.min(size, Math.max(BUFFER_BYTES, length + taken, 2 * buffer.length)),
        )
        grown.set(buffer.subarray(0, length))
        buffer = grown
      }
      buffer.set(chunk.subarray(start, start + taken), length)
      length += taken
      start += taken
    }
  }
  yield { bytes: buffer.subarray(0, length), last: true }
}
