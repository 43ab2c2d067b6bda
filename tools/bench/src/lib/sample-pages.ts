import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { makeDatabase, PAGE_SIZE } from './sample-database.ts'

/** The pages of a database that SQLite made, in memory. */
export function samplePages(
  folder: string,
  bytes: number,
): { readonly whole: Uint8Array; readonly pages: readonly Uint8Array[] } {
  const file = path.join(folder, 'sample.db')
  makeDatabase(file, bytes)
  const whole = new Uint8Array(readFileSync(file))
  rmSync(file)
  const pages = Array.from({ length: whole.length / PAGE_SIZE }, (_, index) =>
    whole.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
  )
  return { whole, pages }
}
