/** Size of the header at the start of every LTX file, in bytes. @see superfly/ltx README, "Header" */
export const HEADER_BYTES = 100

/** Size of the trailer at the end of every LTX file, in bytes. */
export const TRAILER_BYTES = 16

/** Six bytes before a page's data: u32 page number, u16 flags. Six zero bytes end the pages. */
export const PAGE_HEADER_BYTES = 6

/** The u32 that says how long the LZ4 block after it is. Present when the page's flag bit 0 is set. */
export const BLOCK_SIZE_BYTES = 4

/** The u64 after the page index that says how long the index is. */
export const INDEX_SIZE_BYTES = 8

/** SQLite's largest page, in bytes; nothing we decompress may be larger. @see sqlite.org/limits.html */
export const PAGE_BYTES_MAX = 65_536

/** Largest page number: the field has 32 bits. */
export const PAGE_NUMBER_MAX = 0xffff_ffff

/** Largest value of an unsigned 64-bit field. */
export const UINT64_MAX = 0xffff_ffff_ffff_ffffn

/** Header flag bit 1: checksums of the database are not tracked. Every other bit is refused. */
export const HEADER_FLAG_NO_CHECKSUM = 2

/** Page flag bit 0: a size and an LZ4 block follow. Clear: a whole LZ4 frame, as writers before 2026 made it. */
export const PAGE_FLAG_BLOCK = 1

/** The top bit, set in every checksum that is present, so that "none" (zero) is never a checksum. */
export const CHECKSUM_FLAG = 0x8000_0000_0000_0000n

/** The smallest possible file: header, end of pages, an index with its terminator only, size field, trailer. */
export const FILE_BYTES_MIN: number = HEADER_BYTES + PAGE_HEADER_BYTES + 1 + INDEX_SIZE_BYTES + TRAILER_BYTES

/** Longest page index we read into memory at once, in bytes: some 28 million pages, a database of 110 GiB at 4 KiB. */
export const PAGE_INDEX_BYTES_MAX = 268_435_456
