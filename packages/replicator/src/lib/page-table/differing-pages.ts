import { sharedKernels } from '@ltx/kernels'
import { lockPageNumber } from '@ltx/wal'
import type { Baseline } from './baseline.ts'

/** Numbers of those of consecutive pages that are not as the baseline says; a page that it does not have differs. The lock page never does. */
export function differingPages(
  baseline: Baseline,
  firstPage: number,
  bytes: Uint8Array,
  pageSize: number,
): number[] {
  const lockPage = lockPageNumber(pageSize)
  const known = new BigUint64Array(bytes.length / pageSize)
  const found = new BigUint64Array(known.length)
  baseline.read(firstPage, known)
  sharedKernels().pageChecksums(firstPage, bytes, pageSize, found)
  const differing: number[] = []
  for (let index = 0; index < found.length; index++) {
    const page = firstPage + index
    if (page === lockPage) continue
    if (found[index] !== known[index] || page > baseline.commit) differing.push(page)
  }
  return differing
}
