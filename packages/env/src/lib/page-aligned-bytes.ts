/**
 * Zeros that start at a page of the memory, where the engine allows it: the only kind of buffer that a disk can fetch by itself, see
 * `WriteOptions.uncached`.
 *
 * The language does not promise the place. V8 maps the memory of a resizable buffer as whole pages, so that it can grow; an ordinary
 * one of this size begins 16 bytes after a page.
 */
export function pageAlignedBytes(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(bytes, { maxByteLength: bytes }), 0, bytes)
}
