/**
 * The seconds to hand to `utimes` so that the file's time lands in exactly this millisecond: the next double above
 * `mtimeMs / 1000`. The plain quotient lands below it about half of the time, and the nanoseconds that are stored then
 * belong to the millisecond before.
 *
 * @param mtimeMs Whole milliseconds since the Unix epoch.
 */
export function mtimeSeconds(mtimeMs: number): number {
  if (!Number.isSafeInteger(mtimeMs))
    throw new RangeError(`modification time ${mtimeMs} is not whole milliseconds`)
  return nextAbove(mtimeMs / 1000)
}

/** Doubles of one sign are ordered like their bits taken as an integer. */
function nextAbove(value: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value === 0 ? 0 : value)
  const bits = view.getBigInt64(0)
  view.setBigInt64(0, value >= 0 ? bits + 1n : bits - 1n)
  return view.getFloat64(0)
}
