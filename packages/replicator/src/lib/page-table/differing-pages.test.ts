import assert from 'node:assert/strict'
import { sharedKernels } from '@ltx/kernels'
import { lockPageNumber } from '@ltx/wal'
import { test } from 'vitest'
import type { Baseline } from './baseline.ts'
import { differingPages } from './differing-pages.ts'

const PAGE = 512

/** Three pages, and a baseline that knows them as they are. */
function scene(firstPage: number): { readonly bytes: Uint8Array; readonly baseline: Baseline } {
  const bytes = new Uint8Array(3 * PAGE).map((_, index) => index % 251)
  const known = new BigUint64Array(3)
  sharedKernels().pageChecksums(firstPage, bytes, PAGE, known)
  const baseline: Baseline = {
    pageSize: PAGE,
    commit: firstPage + 2,
    read: (_, target) => target.set(known),
    [Symbol.dispose]: () => {},
  }
  return { bytes, baseline }
}

test('differingPages: as the baseline says → none; one bit of the second → the second', () => {
  const { bytes, baseline } = scene(7)
  assert.deepEqual(differingPages(baseline, 7, bytes, PAGE), [])
  bytes[PAGE] = (bytes[PAGE] ?? 0) ^ 1
  assert.deepEqual(differingPages(baseline, 7, bytes, PAGE), [8])
})

test('differingPages: beyond the size of the baseline → differs, whatever the checksum', () => {
  const { bytes, baseline } = scene(7)
  assert.deepEqual(differingPages({ ...baseline, commit: 8 }, 7, bytes, PAGE), [9])
})

test('differingPages: the lock page → never', () => {
  const lockPage = lockPageNumber(PAGE)
  const { bytes, baseline } = scene(lockPage)
  bytes.fill(9)
  assert.deepEqual(differingPages(baseline, lockPage, bytes, PAGE), [lockPage + 1, lockPage + 2])
})
