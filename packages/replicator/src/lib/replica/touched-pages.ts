import { SNAPSHOT_LEVEL, type CallOptions, type FileInfo, type ReplicaClient } from '@ltx/client-core'
import { readPageIndex, type ReadRange, type Txid } from '@ltx/format'
import { gatherBytes } from './gather-bytes.ts'

/** More pages than this are not gathered: comparing the whole database is then the better way. A set of them takes some 40 MB. */
export const TOUCHED_PAGES_MAX = 1_000_000

/** Requests under way at once. */
const READS_MAX = 4

/** Transactions after `after`, up to and with `upTo`. */
export interface TouchedSpan {
  readonly after: Txid
  readonly upTo: Txid
}

/**
 * The fewest stored files that hold every change of a span, oldest first; `null` if some transaction of it is in none. Snapshots do not
 * count: they hold every page. Of files that reach equally far the one that begins last is taken, because it touches fewer pages.
 */
export function planTouchedFiles(
  levels: readonly (readonly FileInfo[])[],
  span: TouchedSpan,
): FileInfo[] | null {
  const files = levels
    .flat()
    .filter(({ level, minTXID, maxTXID }) => level !== SNAPSHOT_LEVEL && maxTXID > span.after && minTXID > 1n)
    .toSorted((a, b) => (a.minTXID < b.minTXID ? -1 : a.minTXID > b.minTXID ? 1 : 0))
  const chain: FileInfo[] = []
  let end: bigint = span.after
  let index = 0
  while (end < span.upTo) {
    let best: FileInfo | null = null
    for (let file = files[index]; file !== undefined && file.minTXID <= end + 1n; file = files[++index]) {
      if (best === null || file.maxTXID >= best.maxTXID) best = file
    }
    if (best === null || best.maxTXID <= end) return null
    chain.push(best)
    end = best.maxTXID
  }
  return chain
}

/**
 * The page numbers that stored files hold, read from their indexes at their ends. `null`: more than `pagesMax`.
 *
 * @throws {FormatError} when an index is damaged; {@link ClientError} when a file cannot be read
 */
export async function readTouchedPages(
  client: Pick<ReplicaClient, 'readFile'>,
  files: readonly FileInfo[],
  options: CallOptions & { readonly pagesMax?: number | undefined } = {},
): Promise<Set<number> | null> {
  const { signal, pagesMax = TOUCHED_PAGES_MAX } = options
  const pages = new Set<number>()
  const waiting = [...files]
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined && pages.size <= pagesMax; file = waiting.shift()) {
      const index = await readPageIndex(rangesOf(client, file, { signal }), file.size)
      for (const { pageNumber } of index) pages.add(pageNumber)
    }
  }
  try {
    await Promise.all(Array.from({ length: READS_MAX }, work))
  } finally {
    waiting.length = 0 // after a failure the others begin nothing new
  }
  return pages.size > pagesMax ? null : pages
}

function rangesOf(client: Pick<ReplicaClient, 'readFile'>, file: FileInfo, options: CallOptions): ReadRange {
  return (start, end) => gatherBytes(client.readFile(file, { ...options, start, end }), end - start)
}
