/**
 * A page that is different for every page number and seed, compresses to about half, and has no meaning to SQLite.
 *
 * @returns `pageSize` bytes, owned.
 */
export function patternedPage(pageSize: number, pageNumber: number, seed: bigint = 0n): Uint8Array {
  const page = new Uint8Array(pageSize)
  let state = (Math.imul(pageNumber, 0x9e37_79b1) ^ Number(BigInt.asUintN(32, seed * 0x85eb_ca77n))) >>> 0
  for (let at = 0; at < pageSize; at++) {
    if (at % 16 < 8) {
      page[at] = pageNumber >>> ((at % 4) * 8)
      continue
    }
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    page[at] = state >>> 24
  }
  return page
}
