export { DatabaseChecksum } from './lib/checksum/database-checksum.ts'
export { pageChecksum } from './lib/checksum/page-checksum.ts'
export {
  CHECKSUM_FLAG,
  FILE_BYTES_MIN,
  HEADER_BYTES,
  PAGE_BYTES_MAX,
  PAGE_INDEX_BYTES_MAX,
  TRAILER_BYTES,
} from './lib/constants.ts'
export { decodeFile, readEvents, verifyFile, type VerifiedFile } from './lib/decode/decode-file.ts'
export { decodePages, type PageSink } from './lib/decode/decode-pages.ts'
export { FileDecoder, type DecoderEvent } from './lib/decode/decoder.ts'
export type { PageEvent } from './lib/decode/page-reader.ts'
export { readPage, readPageIndex, type ReadRange } from './lib/decode/read-page.ts'
export { encodeFile, type EncodeFileOptions, type PageInput } from './lib/encode/encode-file.ts'
export { FileEncoder } from './lib/encode/encoder.ts'
export { FormatError, isFormatError, type FormatErrorCode } from './lib/errors.ts'
export {
  checkHeader,
  createHeader,
  decodeHeader,
  encodeHeader,
  type Header,
  type HeaderFields,
} from './lib/file/header.ts'
export type { PageIndexEntry } from './lib/file/page-index.ts'
export type { Trailer } from './lib/file/trailer.ts'
export { formatFileName, parseFileName } from './lib/ids/file-name.ts'
export {
  formatChecksum,
  formatPosition,
  parseChecksum,
  parsePosition,
  type Position,
} from './lib/ids/position.ts'
export type { KernelOptions } from './lib/kernel-options.ts'
export { formatTxid, nextTxid, parseTxid, toTxid, type Txid } from './lib/ids/txid.ts'
