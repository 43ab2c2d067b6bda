import type { FileKey } from '@ltx/client-core'
import { MemoryStorage } from '@ltx/client-core/memory'
import { SeededRandom } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { encodeFileSpec, type PageSpec } from '@ltx/format/testing'

/** One transaction: the pages it wrote and the size it left. */
interface Change {
  readonly pages: ReadonlyMap<number, Uint8Array>
  readonly commit: number
}

/** A replica in memory, and the database at each of its transactions. */
export interface History {
  readonly pageSize: number
  readonly storage: MemoryStorage
  readonly files: readonly FileKey[]
  /** The database right after a transaction; transaction 1 is at index 1. */
  readonly states: readonly Uint8Array[]
}

export interface HistoryOptions {
  readonly seed: number
  readonly pageSize: number
  readonly transactions: number
  /** The largest database, in pages. */
  readonly pagesMax: number
}

/** Transaction n is dated this many milliseconds times n. */
export const MS_PER_TRANSACTION = 1000

/**
 * A database that grows, shrinks and changes at random, replicated as Litestream does: a level 0 file for each transaction, compactions
 * of them at levels 1 to 3, snapshots at level 9.
 */
export function randomHistory(options: HistoryOptions): History {
  const { pageSize } = options
  const random = new SeededRandom(options.seed)
  const changes: Change[] = []
  const states: Uint8Array[] = [new Uint8Array(0)]
  let database = new Uint8Array(0)
  for (let txid = 1; txid <= options.transactions; txid++) {
    const change = randomChange(random, database.length / pageSize, options)
    database = applied(database, change, pageSize)
    changes.push(change)
    states.push(database)
  }
  const storage = new MemoryStorage()
  const files: FileKey[] = []
  const put = (level: number, min: number, max: number): void => {
    const { pages, commit } = merged(changes.slice(min - 1, max))
    const key = { level, minTXID: toTxid(BigInt(min)), maxTXID: toTxid(BigInt(max)) }
    const timestampMs = max * MS_PER_TRANSACTION
    storage.put(key, encodeFileSpec({ ...key, pageSize, commit, timestampMs, pages }), timestampMs)
    files.push(key)
  }
  let ends = changes.map((_, index) => index + 1)
  for (let level = 0; level <= 3; level++) {
    let start = 1
    for (const end of ends) {
      put(level, start, end)
      start = end + 1
    }
    ends = ends.filter((_, index) => index % (2 + random.below(3)) === 1)
  }
  for (let txid = 1; txid <= options.transactions; txid++) if (random.below(6) === 0) put(9, 1, txid)
  return { pageSize, storage, files, states }
}

function randomChange(random: SeededRandom, commitBefore: number, options: HistoryOptions): Change {
  const { pageSize, pagesMax } = options
  const resizes = commitBefore === 0 || random.below(3) === 0
  const commit = resizes ? 1 + random.below(pagesMax) : commitBefore
  const pages = new Map<number, Uint8Array>()
  for (let pageNumber = 1; pageNumber <= commit; pageNumber++) {
    const isChanged = pageNumber > commitBefore || pageNumber === 1 || random.below(5) === 0
    if (isChanged)
      pages.set(pageNumber, pageNumber === 1 ? firstPage(random, pageSize) : randomPage(random, pageSize))
  }
  return { pages, commit }
}

/** Says its own size, as that of a database does; a follower looks at it. */
function firstPage(random: SeededRandom, pageSize: number): Uint8Array {
  const page = randomPage(random, pageSize)
  new DataView(page.buffer, page.byteOffset).setUint16(16, pageSize === 65_536 ? 1 : pageSize)
  return page
}

function randomPage(random: SeededRandom, pageSize: number): Uint8Array {
  const page = new Uint8Array(pageSize).fill(random.below(256))
  for (let i = 0; i < 20; i++) page[random.below(pageSize)] = random.below(256)
  return page
}

function applied(database: Uint8Array, { pages, commit }: Change, pageSize: number): Uint8Array<ArrayBuffer> {
  const after = new Uint8Array(commit * pageSize)
  after.set(database.subarray(0, after.length))
  for (const [pageNumber, data] of pages) after.set(data, (pageNumber - 1) * pageSize)
  return after
}

function merged(changes: readonly Change[]): { pages: PageSpec[]; commit: number } {
  const newest = new Map<number, Uint8Array>()
  for (const { pages } of changes) for (const [pageNumber, data] of pages) newest.set(pageNumber, data)
  const commit = changes.at(-1)?.commit ?? 0
  const pages = [...newest].map(([pageNumber, data]) => ({ pageNumber, data }))
  return {
    commit,
    pages: pages.filter((page) => page.pageNumber <= commit).toSorted((a, b) => a.pageNumber - b.pageNumber),
  }
}
