/** The next bytes of a file to store. Borrowed until the next part is asked for. */
export interface Part {
  readonly bytes: Uint8Array
  /** Whether nothing comes after it. */
  readonly last: boolean
}

/**
 * A stream in parts of exactly `partBytes`, the last one with the rest: at least one byte, unless there are none at all. Holds one
 * part in memory, and less for a short stream.
 */
export async function* cutParts(
  chunks: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Part, void, undefined> {
  let buffer = new Uint8Array(0)
  let length = 0
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      if (length === partBytes) {
        yield { bytes: buffer, last: false }
        length = 0
      }
      const taken = Math.min(chunk.length - start, partBytes - length)
      buffer = withRoomFor(buffer, length, length + taken, partBytes)
      buffer.set(chunk.subarray(start, start + taken), length)
      length += taken
      start += taken
    }
  }
  yield { bytes: buffer.subarray(0, length), last: true }
}

function withRoomFor(
  buffer: Uint8Array<ArrayBuffer>,
  length: number,
  needed: number,
  bytesMax: number,
): Uint8Array<ArrayBuffer> {
  if (needed <= buffer.length) return buffer
  const grown = new Uint8Array(Math.min(bytesMax, Math.max(needed, 2 * buffer.length)))
  grown.set(buffer.subarray(0, length))
  return grown
}
