import type { BlockingFiles } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import type { LocalFile, LocalFiles } from '../database/local-files.ts'
import { readLocalFile } from './read-local-file.ts'
import type { PageTable } from './page-table.ts'

/** Page checksums of the database as the newest local file leaves it: the table, overlaid with the local files after it. */
export interface Baseline {
  /** Bytes. */
  readonly pageSize: number
  /** Pages. */
  readonly commit: number
  /** Checksums of consecutive pages; 0 for one that is not known. */
  read(firstPage: number, target: BigUint64Array): void
}

/**
 * @param confirmed Highest TXID the replica is known to hold; a table ahead of it is worth nothing.
 * @returns `null` when the table does not fit the local files: compare with nothing then, and write a full image.
 */
export function openBaseline(
  files: BlockingFiles,
  local: LocalFiles,
  table: PageTable,
  confirmed: Txid | null,
): Baseline | null {
  const state = table.state
  if (state === null || confirmed === null || state.txid > confirmed) return null
  const run = local.newestRun()
  const at = run.findIndex((file) => file.txid === state.txid)
  if (at < 0 || local.readFileChecksum(state.txid) !== state.fileChecksum) return null
  const log = new Map<number, bigint>()
  const commit = replayLog(files, run.slice(at + 1), log, state)
  if (commit === null) return null
  return {
    pageSize: state.pageSize,
    commit,
    read(firstPage, target) {
      table.read(firstPage, target)
      for (let index = 0; index < target.length; index++) {
        const replayed = log.get(firstPage + index)
        if (replayed !== undefined) target[index] = replayed
        else if (firstPage + index > state.commit) target[index] = 0n
      }
    },
  }
}

function replayLog(
  files: BlockingFiles,
  run: readonly LocalFile[],
  log: Map<number, bigint>,
  state: { readonly pageSize: number; readonly commit: number },
): number | null {
  let commit = state.commit
  for (const file of run) {
    for (const event of readLocalFile(files, file.path)) {
      if (event.kind === 'page')
        log.set(event.pageNumber, sharedKernels().pageChecksum(event.pageNumber, event.data))
      if (event.kind !== 'header') continue
      if (event.header.pageSize !== state.pageSize) return null
      commit = event.header.commit
    }
  }
  return commit
}
