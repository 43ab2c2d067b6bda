/** A stretch of consecutive pages. */
export interface PageBlock {
  readonly firstPage: number
  /** To be filled with the pages. */
  readonly bytes: Uint8Array
}

/**
 * Cuts the pages 1 to `commit` into blocks. Two buffers take turns: what is in one is under work while the other is filled.
 *
 * @param bytesMax A block's, at most, but at least a page.
 */
export function* pageBlocks(
  commit: number,
  pageSize: number,
  bytesMax: number,
): Generator<PageBlock, void, undefined> {
  const pagesMax = Math.min(commit, Math.max(1, Math.floor(bytesMax / pageSize)))
  let buffer = new Uint8Array(pagesMax * pageSize)
  let other = commit > pagesMax ? new Uint8Array(buffer.length) : buffer
  for (let firstPage = 1; firstPage <= commit; firstPage += pagesMax) {
    yield { firstPage, bytes: buffer.subarray(0, Math.min(pagesMax, commit - firstPage + 1) * pageSize) }
    ;[buffer, other] = [other, buffer]
  }
}
