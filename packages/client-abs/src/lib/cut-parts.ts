/** Azure takes so many blocks for one blob. */
export const BLOCKS_MAX = 50_000

/** So many blocks are of one size; then they grow by the first size. With 8 MiB, 5 TiB takes 36 000 blocks, the last of 288 MiB. */
export const BLOCKS_OF_ONE_SIZE = 1000

/** The next bytes of a file to store. Borrowed until the next part is asked for. */
export interface Part {
  readonly bytes: Uint8Array
  /** Whether nothing comes after it. */
  readonly last: boolean
}

/** Bytes of a block, counted from zero. */
export function partBytesAt(index: number, partBytes: number): number {
  return partBytes * (1 + Math.floor(index / BLOCKS_OF_ONE_SIZE))
}

/**
 * A stream in parts that grow, the last one with the rest: at least one byte, unless there are none at all. Holds one part in memory,
 * and less for a short stream.
 */
export async function* cutParts(
  chunks: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Part, void, undefined> {
  let buffer = new Uint8Array(0)
  let length = 0
  let index = 0
  let size = partBytesAt(0, partBytes)
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      if (length === size) {
        yield { bytes: buffer.subarray(0, length), last: false }
        length = 0
        size = partBytesAt(++index, partBytes)
      }
      const taken = Math.min(chunk.length - start, size - length)
      buffer = withRoomFor(buffer, length, length + taken, size)
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
