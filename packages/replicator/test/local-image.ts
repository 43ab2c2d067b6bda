import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { parseFileName } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { lockPageNumber } from '@ltx/wal'

type FileSpec = ReturnType<typeof decodeFileSpec>

/** The level 0 files of a state folder, oldest first, each with its bytes checked to the end. */
export function localFiles(metaPath: string): FileSpec[] {
  const directory = `${metaPath}/ltx/0`
  return readdirSync(directory)
    .filter((name) => parseFileName(name) !== null)
    .toSorted()
    .map((name) => decodeFileSpec(readFileSync(`${directory}/${name}`)))
}

/** What files, oldest first and without a hole, make of an empty database. */
export function imageOf(files: readonly FileSpec[]): Uint8Array {
  const pages = new Map<number, Uint8Array>()
  let last = files[0]?.minTXID ?? 1n
  let commit = 0
  let pageSize = 0
  for (const file of files) {
    assert.equal(file.minTXID, last, 'no hole between files')
    last = file.maxTXID + 1n
    ;({ commit, pageSize } = file)
    for (const page of pages.keys()) if (page > commit) pages.delete(page)
    for (const { pageNumber, data } of file.pages) pages.set(pageNumber, data ?? new Uint8Array(pageSize))
  }
  const image = new Uint8Array(commit * pageSize)
  for (let page = 1; page <= commit; page++) {
    const data = pages.get(page)
    if (data !== undefined) image.set(data, (page - 1) * pageSize)
    else assert.equal(page, lockPageNumber(pageSize), `page ${page} is in no file`)
  }
  return image
}

/** @throws naming the first page that differs, which says more than two megabytes of hexadecimal. */
export function assertSameImage(found: Uint8Array, expected: Uint8Array, pageSize: number): void {
  assert.equal(found.length, expected.length, 'size in bytes')
  for (let at = 0; at < expected.length; at += pageSize) {
    const [a, b] = [found.subarray(at, at + pageSize), expected.subarray(at, at + pageSize)]
    if (Buffer.compare(a, b) !== 0) assert.fail(`page ${at / pageSize + 1} differs`)
  }
}
