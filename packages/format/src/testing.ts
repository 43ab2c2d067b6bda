export {
  frameRanges,
  truncated,
  withBitFlipped,
  withByte,
  withBytes,
  withChecksumMended,
  withInserted,
  withoutBytes,
  withPagesSwapped,
} from './lib/testing/break-file.ts'
export {
  decodeFileSpec,
  encodeFileSpec,
  type FileSpec,
  type PageSpec,
  type WholeFileSpec,
} from './lib/testing/file-spec.ts'
export { patternedPage } from './lib/testing/patterned-page.ts'
