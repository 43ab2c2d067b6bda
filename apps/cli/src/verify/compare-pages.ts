import type { FileHandle } from '@ltx/env'
import { CHECKSUM_FLAG, pageChecksum } from '@ltx/format'
import { lockPageNumber } from '@ltx/wal'
import type { PageChecksums } from '@ltx/replicator'
import { NotChecked } from './finding.ts'

const READ_BYTES = 1024 * 1024
/** Pages that the message names. */
const NAMED_MAX = 5

/**
 * Compares a restored file with the source, page by page, by the checksums that the engine keeps of what it captured. The lock page has
 * no content.
 *
 * @returns what was seen
 * @throws Error that names the pages that differ; {@link NotChecked} where some are not known
 */
export async function comparePages(
  handle: FileHandle,
  expected: PageChecksums,
  signal: AbortSignal,
): Promise<string> {
  const { pageSize, commit, entries } = expected
  const { size } = await handle.stat()
  if (size !== commit * pageSize) {
    throw new Error(`${size} bytes were restored, and the source has ${commit} pages of ${pageSize}`)
  }
  const lockPage = lockPageNumber(pageSize)
  const differing: number[] = []
  let unknown = 0
  const chunk = new Uint8Array(Math.max(1, Math.floor(READ_BYTES / pageSize)) * pageSize)
  for (let first = 1; first <= commit; first += chunk.length / pageSize) {
    signal.throwIfAborted()
    const length = await handle.read(chunk, (first - 1) * pageSize)
    for (let start = 0; start < length; start += pageSize) {
      const page = first + start / pageSize
      const entry = entries[page - 1] ?? 0n
      if (page === lockPage) continue
      if (entry === 0n) unknown++
      else if ((entry | CHECKSUM_FLAG) !== pageChecksum(page, chunk.subarray(start, start + pageSize)))
        differing.push(page)
    }
  }
  if (differing.length > 0) {
    const named = differing.slice(0, NAMED_MAX).join(', ')
    const more = differing.length > NAMED_MAX ? ' …' : ''
    throw new Error(`${differing.length} of ${commit} pages differ from the source: ${named}${more}`)
  }
  if (unknown > 0)
    throw new NotChecked(`${commit - unknown} pages equal the source, of ${unknown} nothing is known here`)
  return `all ${commit} pages equal the source`
}
