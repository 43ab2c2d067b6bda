import { closeSync, openSync, readSync } from 'node:fs'
import type { PageInput } from '@ltx/format'
import { lockPageNumber } from '@ltx/wal'
import { PAGE_SIZE } from './sample-database.ts'

const PAGES_PER_READ = 256

/** No file has it: SQLite's locks are there, and zeros. */
export const LOCK_PAGE: number = lockPageNumber(PAGE_SIZE)

/** Every page of a database file in order, except the lock page. Each is borrowed until the next. */
export function* pagesOfFile(file: string): Generator<PageInput, void, undefined> {
  const descriptor = openSync(file, 'r')
  try {
    const block = new Uint8Array(PAGES_PER_READ * PAGE_SIZE)
    for (let pageNumber = 1; ;) {
      const length = readSync(descriptor, block, 0, block.length, (pageNumber - 1) * PAGE_SIZE)
      if (length === 0) return
      for (let at = 0; at < length; at += PAGE_SIZE, pageNumber++) {
        if (pageNumber !== LOCK_PAGE) yield { pageNumber, data: block.subarray(at, at + PAGE_SIZE) }
      }
    }
  } finally {
    closeSync(descriptor)
  }
}
