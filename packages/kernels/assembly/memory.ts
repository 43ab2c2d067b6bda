// Where things lie in an instance's memory. Every area is followed by slack, because copies move 16 bytes at a time.

/** Second results of calls (their first is the return value): two 8-byte little-endian slots. */
export const RESULT: usize = 1024

/** Match finder: u16 positions, at most 2^13 of them. */
export const HASH_TABLE: usize = 4096

/** Input of a call. */
export const SOURCE: usize = 65536
export const SOURCE_BYTES: usize = 131072

/** Output of a call. Starts after SOURCE and 4096 bytes of slack. */
export const TARGET: usize = 200704
/** One frame of the largest page: 10 + lz4Bound(65536). 458752 bytes of memory leave over 190000 of slack behind it. */
export const TARGET_BYTES: usize = 65819
