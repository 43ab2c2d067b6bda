import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeEnv } from '@ltx/env/node'
import { pageChecksum, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { comparePages } from './compare-pages.ts'
import { NotChecked } from './finding.ts'

const PAGE_SIZE = 512
const PAGES = 5000 // several reads
const { signal } = new AbortController()

function image(): Uint8Array {
  return Uint8Array.from({ length: PAGES * PAGE_SIZE }, (_, at) => (at * 31 + (at >> 9)) & 0xff)
}

async function compared(restored: Uint8Array, change: (entries: BigUint64Array) => void = () => {}) {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'restored')
  await writeFile(path, restored)
  const source = image()
  const entries = new BigUint64Array(PAGES)
  for (let page = 1; page <= PAGES; page++) {
    // the engine keeps no flag bit
    entries[page - 1] = BigInt.asUintN(
      63,
      pageChecksum(page, source.subarray((page - 1) * PAGE_SIZE, page * PAGE_SIZE)),
    )
  }
  change(entries)
  await using handle = await nodeEnv().files.open(path, 'read')
  const shape = { txid: toTxid(1n), fileChecksum: 1n, pageSize: PAGE_SIZE, commit: PAGES }
  return await comparePages(handle, { ...shape, entries }, signal)
}

test('comparePages: the same → all equal', async () => {
  assert.equal(await compared(image()), 'all 5000 pages equal the source')
})

test('comparePages: bits of two pages differ, a page is missing → an error that says which', async () => {
  const other = image()
  for (const page of [3, 4999]) other[page * PAGE_SIZE - 1] = (other[page * PAGE_SIZE - 1] ?? 0) ^ 1
  await assert.rejects(compared(other), /^Error: 2 of 5000 pages differ from the source: 3, 4999$/)
  await assert.rejects(compared(image().subarray(PAGE_SIZE)), /the source has 5000 pages of 512/)
})

test('comparePages: the checksum of a page is not known → not proven, not failed', async () => {
  await assert.rejects(
    compared(image(), (entries) => void (entries[7] = 0n)),
    (error) => error instanceof NotChecked && error.message.startsWith('4999 pages equal the source, of 1'),
  )
})
