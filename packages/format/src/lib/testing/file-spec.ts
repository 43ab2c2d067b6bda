import { FileDecoder } from '../decode/decoder.ts'
import { FileEncoder } from '../encode/encoder.ts'
import { createHeader, type Header } from '../file/header.ts'
import { toTxid } from '../ids/txid.ts'
import { patternedPage } from './patterned-page.ts'

/** One page of a {@link FileSpec}. */
export interface PageSpec {
  readonly pageNumber: number
  /** Absent: `patternedPage(pageSize, pageNumber, maxTXID)`. */
  readonly data?: Uint8Array | undefined
}

/** A whole LTX file as a plain value; header fields that are left out are as `createHeader` fills them in, the time is 0. */
export interface FileSpec extends Partial<Omit<Header, 'minTXID' | 'maxTXID'>> {
  readonly pageSize: number
  readonly commit: number
  readonly minTXID: bigint
  readonly maxTXID: bigint
  readonly pages: readonly PageSpec[]
  /** Needed when checksums are tracked and the file is not a full image. */
  readonly postApplyChecksum?: bigint | undefined
}

/** What {@link decodeFileSpec} returns: nothing is left out. */
export type WholeFileSpec = Header & {
  readonly pages: readonly { readonly pageNumber: number; readonly data: Uint8Array }[]
  readonly postApplyChecksum: bigint
}

/** The file as bytes. @throws {FormatError | RangeError} for a spec that is not a valid file. */
export function encodeFileSpec(spec: FileSpec): Uint8Array {
  const { pages, postApplyChecksum, minTXID, maxTXID, ...fields } = spec
  const header = createHeader({
    timestampMs: 0,
    ...fields,
    minTXID: toTxid(minTXID),
    maxTXID: toTxid(maxTXID),
  })
  const encoder = new FileEncoder(header)
  for (const { pageNumber, data } of pages) {
    encoder.writePage(pageNumber, data ?? patternedPage(spec.pageSize, pageNumber, maxTXID))
  }
  encoder.finish(postApplyChecksum)
  return encoder.take()
}

/** The file as a value, verified. @throws {FormatError} */
export function decodeFileSpec(bytes: Uint8Array): WholeFileSpec {
  const decoder = new FileDecoder()
  decoder.push(bytes)
  decoder.finishInput()
  const pages: { pageNumber: number; data: Uint8Array }[] = []
  let header: Header | null = null
  for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
    if (event.kind === 'header') header = event.header
    else if (event.kind === 'page') pages.push({ pageNumber: event.pageNumber, data: event.data.slice() })
    else if (header !== null) return { ...header, pages, postApplyChecksum: event.trailer.postApplyChecksum }
  }
  throw new Error('the decoder ended without an end')
}
