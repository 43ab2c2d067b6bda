import { UVARINT_BYTES_MAX, uvarintBytes, writeUvarint } from '../bytes/uvarint.ts'
import { HEADER_BYTES } from '../constants.ts'

/** How many bytes of the index are made at a time. */
const PIECE_BYTES = 16_384
const SEGMENT_BYTES = 65_536
const ENTRY_BYTES_MAX = 3 * UVARINT_BYTES_MAX

/**
 * The page index of a file that is being written or read, in 2 to 9 bytes a page (3 in a full image): page numbers as
 * distances, offsets not at all, since frames stand one after the other from the end of the header on. The index as it
 * stands in the file is made from it piece by piece.
 */
export class PackedIndex {
  readonly #segments: Uint8Array[] = []
  #current: Uint8Array = new Uint8Array(0)
  #used = 0
  #lastPage = 0
  #nextOffset = HEADER_BYTES
  #count = 0
  #indexBytes = 1

  /** Pages so far. */
  get count(): number {
    return this.#count
  }

  /** Length of the index in the file with its terminator, without its size field. */
  get indexBytes(): number {
    return this.#indexBytes
  }

  /** Notes the frame that follows the last one. `pageNumber` is above the last. */
  append(pageNumber: number, frameBytes: number): void {
    if (this.#used + 2 * UVARINT_BYTES_MAX > this.#current.length) this.#addSegment()
    const middle = writeUvarint(this.#current, this.#used, pageNumber - this.#lastPage)
    this.#used = writeUvarint(this.#current, middle, frameBytes)
    this.#indexBytes += uvarintBytes(pageNumber) + uvarintBytes(this.#nextOffset) + uvarintBytes(frameBytes)
    this.#lastPage = pageNumber
    this.#nextOffset += frameBytes
    this.#count++
  }

  /** The index as it stands in the file, terminator included. Each piece is borrowed until the next one. */
  *pieces(): Generator<Uint8Array, void, undefined> {
    const piece = new Uint8Array(PIECE_BYTES)
    let at = 0
    let pageNumber = 0
    let offset = HEADER_BYTES
    for (const [distance, frameBytes] of this.#entries()) {
      pageNumber += distance
      at = writeUvarint(piece, at, pageNumber)
      at = writeUvarint(piece, at, offset)
      at = writeUvarint(piece, at, frameBytes)
      offset += frameBytes
      if (at + ENTRY_BYTES_MAX <= PIECE_BYTES) continue
      yield piece.subarray(0, at)
      at = 0
    }
    piece[at] = 0
    yield piece.subarray(0, at + 1)
  }

  *#entries(): Generator<readonly [distance: number, frameBytes: number], void, undefined> {
    const segments = [...this.#segments, this.#current.subarray(0, this.#used)]
    for (const segment of segments) {
      const cursor = { at: 0 }
      while (cursor.at < segment.length) yield [unpack(segment, cursor), unpack(segment, cursor)]
    }
  }

  #addSegment(): void {
    if (this.#used > 0) this.#segments.push(this.#current.subarray(0, this.#used))
    const bytes = Math.min(SEGMENT_BYTES, Math.max(64, this.#current.length * 4))
    this.#current = new Uint8Array(bytes)
    this.#used = 0
  }
}

/** Reads back what `append` wrote: our own bytes, so there is nothing to refuse. */
function unpack(segment: Uint8Array, cursor: { at: number }): number {
  let value = 0
  let scale = 1
  for (;;) {
    const byte = segment[cursor.at++] ?? 0
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 0x80
  }
}
