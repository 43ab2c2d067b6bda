/**
 * Small chunks together, up to `bytesMax`; chunks of that size or more as they are. For storage where every write costs: our own
 * files come in large chunks, other people's sources in tiny ones.
 *
 * What it yields is borrowed until the next is asked for.
 */
export async function* gatherChunks(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let buffer = new Uint8Array(0)
  let length = 0
  for await (const chunk of chunks) {
    if (length > 0 && length + chunk.length > bytesMax) {
      yield buffer.subarray(0, length)
      length = 0
    }
    if (chunk.length >= bytesMax) {
      yield chunk
      continue
    }
    if (length + chunk.length > buffer.length) {
      const grown = new Uint8Array(length === 0 ? chunk.length : bytesMax) // most files are one small chunk
      grown.set(buffer.subarray(0, length))
      buffer = grown
    }
    buffer.set(chunk, length)
    length += chunk.length
  }
  if (length > 0) yield buffer.subarray(0, length)
}
