import type { BlockingFiles } from '@ltx/env'
import { isFormatError, type Txid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import type { LocalFile, LocalFiles } from '../database/local-files.ts'
import { readLocalFile } from './read-local-file.ts'
import { PageTable, type TableState } from './page-table.ts'

/** A larger database's checksums are not held in memory (some 100 bytes a page); it is compared once it has a table. */
const LOG_PAGES_MAX = 4_000_000

/** Page checksums of the database as the newest local file leaves it: the table, overlaid with the local files after it. */
export interface Baseline extends Disposable {
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
  confirmed: Txid | null,
): Baseline | null {
  const table = PageTable.openToRead(files, local.metaPath)
  let baseline: Baseline | null = null
  try {
    baseline = baselineOn(files, local, table, confirmed)
    return baseline
  } catch (error) {
    if (!isFormatError(error)) throw error
    return null // a damaged local file: what it said of the database is not known
  } finally {
    if (baseline === null) table?.close()
  }
}

function baselineOn(
  files: BlockingFiles,
  local: LocalFiles,
  table: PageTable | null,
  confirmed: Txid | null,
): Baseline | null {
  const run = local.newestRun()
  const after = filesAfterTable(local, table?.state ?? null, run, confirmed)
  if (table === null || after === null) return fromFirstImage(files, run, table)
  const { state, log: following } = after
  const log = new Map<number, bigint>()
  const shape = replayLog(files, following, log, state)
  if (shape === null) return null
  const { pageSize, commit } = shape
  return {
    pageSize,
    commit,
    read(firstPage, target) {
      table.read(firstPage, target)
      for (let index = 0; index < target.length; index++) {
        const replayed = log.get(firstPage + index)
        if (replayed !== undefined) target[index] = replayed
        else if (firstPage + index > state.commit) target[index] = 0n
      }
    },
    [Symbol.dispose]: () => table.close(),
  }
}

/** True when {@link openBaseline} would find something. Reads no pages. */
export function hasBaseline(local: LocalFiles, table: Pick<PageTable, 'state'> | null): boolean {
  const run = local.newestRun()
  return (
    run[0]?.txid === 1n ||
    filesAfterTable(local, table?.state ?? null, run, run.at(-1)?.txid ?? null) !== null
  )
}

interface AfterTable {
  readonly state: TableState
  readonly log: readonly LocalFile[]
}

/** The local files that follow the table's; `null`: it does not belong to them, or is ahead of the replica. */
function filesAfterTable(
  local: LocalFiles,
  state: TableState | null,
  run: readonly LocalFile[],
  confirmed: Txid | null,
): AfterTable | null {
  if (state === null || confirmed === null || state.txid > confirmed) return null
  const at = run.findIndex((file) => file.txid === state.txid)
  if (at < 0 || local.readFileChecksum(state.txid) !== state.fileChecksum) return null
  return { state, log: run.slice(at + 1) }
}

/** Before there is a table: the local files from the first image on say everything, for as long as memory may hold it. */
function fromFirstImage(
  files: BlockingFiles,
  run: readonly LocalFile[],
  table: PageTable | null,
): Baseline | null {
  if (run[0]?.txid !== 1n) return null
  const log = new Map<number, bigint>()
  const shape = replayLog(files, run, log, null)
  if (shape === null) return null
  return {
    ...shape,
    read(firstPage, target) {
      for (let index = 0; index < target.length; index++) target[index] = log.get(firstPage + index) ?? 0n
    },
    [Symbol.dispose]: () => table?.close(),
  }
}

interface Shape {
  readonly pageSize: number
  readonly commit: number
}

/** @returns the shape after the last file; `null`: the files do not fit each other, or memory would not hold what they say. */
function replayLog(
  files: BlockingFiles,
  run: readonly LocalFile[],
  log: Map<number, bigint>,
  before: Shape | null,
): Shape | null {
  let shape = before
  for (const file of run) {
    for (const event of readLocalFile(files, file.path)) {
      if (event.kind === 'page') {
        log.set(event.pageNumber, sharedKernels().pageChecksum(event.pageNumber, event.data))
        if (log.size > LOG_PAGES_MAX) return null
      }
      if (event.kind !== 'header') continue
      const { pageSize, commit } = event.header
      if (shape !== null && shape.pageSize !== pageSize) return null
      shape = { pageSize, commit }
    }
  }
  return shape
}
