/** The first `bytesMax` bytes of a stream in one piece, fewer if it is shorter; then ends it. Owned by the caller. */
export async function gatherBytes(chunks: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const gathered = new Uint8Array(bytesMax)
  let length = 0
  for await (const chunk of chunks) {
    const taken = chunk.subarray(0, bytesMax - length)
    gathered.set(taken, length)
    length += taken.length
    if (length === bytesMax) break
  }
  return gathered.subarray(0, length)
}
