const MIB = 1024 * 1024

/** What S3 allows: smaller parts than this only as the last one. */
export const PART_BYTES_MIN: number = 5 * MIB

/** What S3 allows one part to have. */
export const PART_BYTES_MAX: number = 5 * 1024 * MIB

/** What S3 allows one upload to have. */
export const PARTS_MAX = 10_000

/** The mean size with which the largest object of S3, 5 TiB, fits into {@link PARTS_MAX} parts. */
const MEAN_BYTES = Math.ceil((5 * 1024 * 1024 * MIB) / PARTS_MAX)

export interface PartPlan {
  /** Size of the first parts. */
  readonly firstBytes: number
  readonly partsMax: number
  /** All parts as large as the first. */
  readonly equal: boolean
}

/**
 * How large a part is, so that a stream of unknown length fits: the first tenth of the parts are as small as asked for, the others
 * grow by the same step each, until all together hold 5 TiB (or as much less as fewer parts are allowed). Small files so need little
 * memory, and the largest need about 1.2 GiB for their last parts.
 *
 * @param partNumber From 1
 * @returns Bytes
 */
export function partBytes(plan: PartPlan, partNumber: number): number {
  const { firstBytes, partsMax, equal } = plan
  const flat = Math.floor(partsMax / 10)
  if (equal || partNumber <= flat) return firstBytes
  const growing = partsMax - flat
  const missing = Math.max(0, MEAN_BYTES * partsMax - firstBytes * partsMax)
  const step = Math.ceil((2 * missing) / (growing * (growing + 1)))
  return Math.min(PART_BYTES_MAX, firstBytes + step * (partNumber - flat))
}

/** The next plan to try, from the start, when all parts are used and there is more. `null`: no larger one would help. */
export function largerPlan(plan: PartPlan): PartPlan | null {
  if (!plan.equal || plan.firstBytes >= MEAN_BYTES) return null
  return { ...plan, firstBytes: Math.min(MEAN_BYTES, plan.firstBytes * 16) }
}
