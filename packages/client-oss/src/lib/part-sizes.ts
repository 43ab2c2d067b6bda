const KIB = 1024

/** What OSS allows: smaller parts than this only as the last one. */
export const PART_BYTES_MIN: number = 100 * KIB

/** Bytes of the first parts, when nothing is said; as Litestream. */
export const PART_BYTES: number = 6 * KIB * KIB

/** What OSS allows one part to have. */
export const PART_BYTES_MAX: number = 5 * KIB * KIB * KIB

/** What OSS allows one upload to have. */
export const PARTS_MAX = 10_000

/** So many parts are as small as asked for. */
const FLAT_PARTS = 1000

/** After them each is so much larger than the one before that 10 000 hold 5 TiB, the most that a stream may have. */
const GROWTH_BYTES: number = 133 * KIB

/**
 * How large a part is, so that a stream of unknown length fits into the parts there are. Small files so need little memory; the last
 * part of the largest has 1.2 GiB.
 *
 * @param partNumber From 1
 * @returns Bytes
 */
export function partBytes(firstBytes: number, partNumber: number): number {
  return Math.min(PART_BYTES_MAX, firstBytes + Math.max(0, partNumber - FLAT_PARTS) * GROWTH_BYTES)
}
