/** Bytes in pieces of exactly `chunkBytes`, the last one with the rest. Each is owned by who gets it. Holds one, and less for a short stream. */
export async function* cutChunks(
  source: AsyncIterable<Uint8Array>,
  chunkBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const bytes of source) {
    for (let start = 0; start < bytes.length;) {
      const part = bytes.slice(start, start + chunkBytes - length) // a copy: the source may use its chunk again
      parts.push(part)
      length += part.length
      start += part.length
      if (length < chunkBytes) continue
      yield joined(parts, length)
      parts = []
      length = 0
    }
    if (parts.length >= PARTS_MAX) parts = [joined(parts, length)]
  }
  if (length > 0) yield joined(parts, length)
}

/** Of a source in pieces of few bytes, no more are kept apart. */
const PARTS_MAX = 64

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
