import type { BlockingFiles } from '@ltx/env'
import type { Header, Trailer } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import type { LocalFile } from '../database/local-files.ts'
import { readLocalFile } from './read-local-file.ts'
import { TABLE_BLOCK_ENTRIES, type PageTable } from './page-table.ts'

/** Page bytes between two pauses. */
const PAUSE_BYTES = 8 * 1024 * 1024
/** Entries gathered in memory before they are written. */
const PENDING_ENTRIES_MAX = 16 * TABLE_BLOCK_ENTRIES

/**
 * Brings a table to the last of `files`, which follow its state without a hole (or begin with a full image). The replica must have
 * confirmed them all: a page absorbed from a file that is then lost equals its entry and would never be replicated (engine.md §5).
 *
 * @throws {FormatError} when a file is damaged; the table then still says what it said before.
 */
export async function absorbFiles(
  files: BlockingFiles,
  table: PageTable,
  absorbed: readonly LocalFile[],
  inode: bigint,
  pause: () => Promise<void>,
): Promise<void> {
  const pending = new Map<number, bigint>()
  let last: { header: Header; trailer: Trailer } | null = null
  let bytes = 0
  for (const file of absorbed) {
    let header: Header | null = null
    for (const event of readLocalFile(files, file.path)) {
      if (event.kind === 'header') header = event.header
      else if (event.kind === 'page') {
        pending.set(event.pageNumber, sharedKernels().pageChecksum(event.pageNumber, event.data))
        if (pending.size >= PENDING_ENTRIES_MAX) flush(table, pending)
        bytes += event.data.length
        if (bytes < PAUSE_BYTES) continue
        bytes = 0
        await pause()
      } else if (header !== null) last = { header, trailer: event.trailer }
    }
    if (header !== null) dropAbove(pending, header.commit)
  }
  if (last === null) return
  flush(table, pending)
  const { pageSize, commit, maxTXID } = last.header
  table.commit({ pageSize, commit, txid: maxTXID, fileChecksum: last.trailer.fileChecksum, inode })
}

function flush(table: PageTable, pending: Map<number, bigint>): void {
  table.writeEach(pending)
  pending.clear()
}

function dropAbove(pending: Map<number, bigint>, commit: number): void {
  for (const page of pending.keys()) if (page > commit) pending.delete(page)
}
