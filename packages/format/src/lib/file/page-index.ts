import { readUvarint, type ReadPlace } from '../bytes/uvarint.ts'
import { HEADER_BYTES, PAGE_NUMBER_MAX } from '../constants.ts'
import { FormatError } from '../errors.ts'
import { FRAME_BYTES_MAX, FRAME_BYTES_MIN } from './page-frame.ts'

/** Where one page's frame stands in its file. */
export interface PageIndexEntry {
  readonly pageNumber: number
  /** Of the frame's first byte from the start of the file. */
  readonly offset: number
  /** Of the whole frame, in bytes. */
  readonly size: number
}

/**
 * Reads a page index as it stands in the file. No checksum is at hand here, so it must prove itself: page numbers ascend
 * and the frames lie end to end from the header to the end of the pages.
 *
 * @param bytes All of it, terminator included; borrowed.
 * @param fileOffset Where `bytes` stand in the file. @param pagesEnd Where the pages end: offset of their six zero bytes.
 * @throws {FormatError} `LTX_TRUNCATED`, `LTX_BAD_FIELD`, `LTX_PAGE_ORDER`, `LTX_LIMIT_EXCEEDED`
 * @see fixtures `pgno-wide`, `bad/index-*`
 */
export function decodePageIndex(bytes: Uint8Array, fileOffset: number, pagesEnd: number): PageIndexEntry[] {
  const entries: PageIndexEntry[] = []
  const place: ReadPlace = { bytes, at: 0, fileOffset }
  let last = 0
  let end = HEADER_BYTES
  for (let pageNumber = readUvarint(place); pageNumber !== 0; pageNumber = readUvarint(place)) {
    const at = fileOffset + place.at
    if (pageNumber <= last)
      throw new FormatError('LTX_PAGE_ORDER', at, `page ${pageNumber} after page ${last}`)
    if (pageNumber > PAGE_NUMBER_MAX) throw new FormatError('LTX_LIMIT_EXCEEDED', at, `page ${pageNumber}`)
    const offset = readUvarint(place)
    const size = readUvarint(place)
    if (offset !== end)
      throw new FormatError('LTX_BAD_FIELD', at, `frame at ${offset}, the last ended at ${end}`)
    if (size < FRAME_BYTES_MIN || size > FRAME_BYTES_MAX) {
      throw new FormatError('LTX_LIMIT_EXCEEDED', at, `frame of ${size} bytes`)
    }
    last = pageNumber
    end += size
    entries.push({ pageNumber, offset, size })
  }
  if (place.at !== bytes.length) {
    throw new FormatError('LTX_BAD_FIELD', fileOffset + place.at, 'bytes after the end of the page index')
  }
  if (end !== pagesEnd) {
    throw new FormatError('LTX_BAD_FIELD', fileOffset, `index ends at ${end}, the pages at ${pagesEnd}`)
  }
  return entries
}
