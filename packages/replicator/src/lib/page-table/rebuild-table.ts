import { resumeRead, type CallOptions, type FileInfo, type ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { decodeFile, type Header, type Txid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import { TABLE_BLOCK_ENTRIES, PageTable } from './page-table.ts'

/** Entries gathered in memory before they are written. */
const PENDING_ENTRIES_MAX = 16 * TABLE_BLOCK_ENTRIES

export interface RebuildJob {
  readonly metaPath: string
  /** What the replica restores its state at `txid` from, oldest first, as `planRestore` says. */
  readonly files: readonly FileInfo[]
  readonly txid: Txid
  /** Of the level 0 file of that TXID, which lies in the state folder: it proves the table's identity. */
  readonly fileChecksum: bigint
}

/**
 * Makes the page table anew from what the replica holds, so that the database need not be uploaded whole (engine.md §5). Newest file
 * first: each page counts once. Memory grows by one bit a page.
 *
 * @throws {FormatError} when a stored file is damaged; {@link ClientError} when one cannot be read. The table is valid for nothing then.
 */
export async function rebuildTable(
  env: Env,
  client: ReplicaClient,
  job: RebuildJob,
  options: CallOptions,
): Promise<void> {
  using table = PageTable.open(env.blockingFiles, job.metaPath)
  table.clear()
  let newest: Header | null = null
  let seen: Uint8Array = new Uint8Array(0)
  const pending = new Map<number, bigint>()
  for (const file of job.files.toReversed()) {
    const bytes = resumeRead(client, env, file, { size: file.size, signal: options.signal })
    await decodeFile(bytes, (event) => {
      if (event.kind === 'header' && newest === null) {
        newest = event.header
        seen = new Uint8Array(Math.ceil((event.header.commit + 1) / 8))
      }
      if (event.kind !== 'page' || newest === null || event.pageNumber > newest.commit) return
      if (wasSeen(seen, event.pageNumber)) return
      pending.set(event.pageNumber, sharedKernels().pageChecksum(event.pageNumber, event.data))
      if (pending.size >= PENDING_ENTRIES_MAX) flush(table, pending)
    })
  }
  flush(table, pending)
  if (newest === null) return
  const { pageSize, commit } = newest as Header
  table.commit({ pageSize, commit, txid: job.txid, fileChecksum: job.fileChecksum, inode: 0n })
}

/** Marks the page; true when it was marked before. */
function wasSeen(seen: Uint8Array, pageNumber: number): boolean {
  const [index, bit] = [pageNumber >> 3, 1 << (pageNumber & 7)]
  const before = seen[index] ?? 0
  seen[index] = before | bit
  return (before & bit) !== 0
}

function flush(table: PageTable, pending: Map<number, bigint>): void {
  table.writeEach(pending)
  pending.clear()
}
