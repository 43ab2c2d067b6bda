import { viewOf } from '../bytes/view-of.ts'
import { CHECKSUM_FLAG, INDEX_SIZE_BYTES, TRAILER_BYTES } from '../constants.ts'
import { FormatError } from '../errors.ts'
import { checksummedTrailer, decodeTrailer, postApplyDefect, type Trailer } from '../file/trailer.ts'
import type { DecoderParts } from './page-reader.ts'

/**
 * Reads what follows the pages: the page index, which must be the very bytes that an encoder makes of the frames seen, its
 * size, and the trailer with the checksum of the file.
 */
export class TailReader {
  readonly #parts: DecoderParts
  readonly #databaseChecksum: bigint | null
  readonly #expected: Generator<Uint8Array, void, undefined>
  /** The part of the index that must come next; `null` after its end. */
  #piece: Uint8Array | null = null
  #isSizeRead = false

  /** @param databaseChecksum Of all pages, for a full image whose checksums are tracked; else `null`. */
  constructor(parts: DecoderParts, databaseChecksum: bigint | null) {
    this.#parts = parts
    this.#databaseChecksum = databaseChecksum
    this.#expected = parts.index.pieces()
    this.#nextPiece()
  }

  /** The verified trailer; `null` when more input is needed. @throws {FormatError} `LTX_BAD_FIELD`, `LTX_CHECKSUM_MISMATCH` */
  next(): Trailer | null {
    if (!this.#compareIndex()) return null
    if (!this.#isSizeRead && !this.#compareIndexSize()) return null
    return this.#readTrailer()
  }

  #compareIndex(): boolean {
    const { input } = this.#parts
    while (this.#piece !== null) {
      if (!input.ensure(1)) return false
      const count = Math.min(this.#piece.length, input.contiguous)
      for (let i = 0; i < count; i++) {
        if (input.bytes[input.at + i] === this.#piece[i]) continue
        throw new FormatError('LTX_BAD_FIELD', input.position + i, 'page index does not match the pages')
      }
      this.#consumeIntoChecksum(count)
      this.#piece = this.#piece.subarray(count)
      if (this.#piece.length === 0) this.#nextPiece()
    }
    return true
  }

  #compareIndexSize(): boolean {
    const { input, index } = this.#parts
    if (!input.ensure(INDEX_SIZE_BYTES)) return false
    const claimed = viewOf(input.bytes).getBigUint64(input.at)
    if (claimed !== BigInt(index.indexBytes)) {
      throw new FormatError('LTX_BAD_FIELD', input.position, `page index claims ${claimed} bytes`)
    }
    this.#consumeIntoChecksum(INDEX_SIZE_BYTES)
    this.#isSizeRead = true
    return true
  }

  #readTrailer(): Trailer | null {
    const { input, header, checksum, kernels } = this.#parts
    if (!input.ensure(TRAILER_BYTES)) return null
    const offset = input.position
    const bytes = input.bytes.subarray(input.at, input.at + TRAILER_BYTES)
    const trailer = decodeTrailer(bytes)
    const fileChecksum = CHECKSUM_FLAG | kernels.crc64(checksum.value, checksummedTrailer(bytes))
    if (trailer.fileChecksum !== fileChecksum) {
      throw new FormatError('LTX_CHECKSUM_MISMATCH', offset, 'the file changed after it was written')
    }
    const defect = postApplyDefect(header, trailer.postApplyChecksum, this.#databaseChecksum)
    if (defect !== null) throw new FormatError('LTX_BAD_FIELD', offset, defect)
    input.advance(TRAILER_BYTES)
    return trailer
  }

  #nextPiece(): void {
    const next = this.#expected.next()
    this.#piece = next.done === true ? null : next.value
  }

  #consumeIntoChecksum(count: number): void {
    const { input, checksum, kernels } = this.#parts
    checksum.value = kernels.crc64(checksum.value, input.bytes.subarray(input.at, input.at + count))
    input.advance(count)
  }
}
