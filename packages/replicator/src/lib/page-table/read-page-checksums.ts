import { systemErrorCode, type BlockingFiles, type Env } from '@ltx/env'
import { isFormatError, toTxid, type Txid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import { LocalFiles, type LocalFile } from '../database/local-files.ts'
import { PageTable, TABLE_BLOCK_ENTRIES, type TableState } from './page-table.ts'
import { readLocalFile } from './read-local-file.ts'

/** A larger database is not read: 8 bytes a page are held in memory. */
const PAGES_MAX = 2 ** 26
/** How often it is tried again when the owner has changed things meanwhile. */
const ATTEMPTS_MAX = 5
const ATTEMPT_PAUSE_MS = 200
/** Page bytes between two pauses. */
const PAUSE_BYTES = 8 * 1024 * 1024

/** CRC-64 of (page number, page) for each page of a database, as its local state has it after one transaction. */
export interface PageChecksums {
  /** The newest transaction in the local files. The replica may not have it yet. */
  readonly txid: Txid
  /** File checksum of the local level 0 file of `txid`: TXIDs alone are used again after a reset. */
  readonly fileChecksum: bigint
  /** Bytes. */
  readonly pageSize: number
  /** Pages. */
  readonly commit: number
  /** Of page 1 and following; 0n where it is not known, as for the lock page. Without the flag bit of database checksums. Owned by the caller. */
  readonly entries: BigUint64Array
}

export type PageChecksumsResult =
  | { readonly kind: 'known'; readonly checksums: PageChecksums }
  | { readonly kind: 'unknown'; readonly because: string }

/**
 * Page checksums of a database from its local state folder alone, without its lock and while a process replicates: nothing is written,
 * and neither the database nor its WAL is opened. To compare a restored file with.
 *
 * The table is read first, then every local file that there is: whatever the owner has put into the table meanwhile was a local file
 * before, and lies over it here. A table whose header has changed in between is read again.
 *
 * @throws `signal.reason`, and the system's own errors
 */
export async function readPageChecksums(
  env: Env,
  metaPath: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<PageChecksumsResult> {
  const pause = async (ms = 0): Promise<void> => await env.clock.sleep(ms, { signal: options.signal })
  let trouble = ''
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    await pause(attempt === 1 ? 0 : ATTEMPT_PAUSE_MS)
    const outcome = await attemptRead(env.blockingFiles, metaPath, pause)
    if (outcome.kind !== 'again') return outcome
    trouble = outcome.because
  }
  return { kind: 'unknown', because: trouble }
}

interface Again {
  readonly kind: 'again'
  readonly because: string
}

const CHANGED: Again = { kind: 'again', because: 'the local state kept changing while it was read' }

type Pause = () => Promise<void>

async function attemptRead(
  files: BlockingFiles,
  metaPath: string,
  pause: Pause,
): Promise<PageChecksumsResult | Again> {
  try {
    using table = PageTable.openToRead(files, metaPath)
    const result = await readBeside(files, new LocalFiles(files, metaPath), table, pause)
    return table?.hasChanged() === true ? CHANGED : result
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return CHANGED
    if (isFormatError(error)) return { kind: 'again', because: `a local file is damaged: ${error.message}` }
    throw error
  }
}

async function readBeside(
  files: BlockingFiles,
  local: LocalFiles,
  table: PageTable | null,
  pause: Pause,
): Promise<PageChecksumsResult> {
  const state = table?.state ?? null
  if ((state?.commit ?? 0) > PAGES_MAX) return TOO_LARGE
  const sums = new GrowingSums()
  if (table !== null && state !== null) await readEntries(table, state.commit, sums, pause)
  const run = local.newestRun()
  if (run.length === 0) return { kind: 'unknown', because: 'nothing has been replicated from here yet' }
  const after = filesAfter(local, run, state)
  if (after === null) return { kind: 'unknown', because: 'no page checksums are kept here yet' }
  if (after.length === run.length) sums.resize(0) // the table says nothing, the first image all
  const shape = await replay(files, after, sums, pause)
  if (shape === null) return TOO_LARGE
  const txid = run.at(-1)?.txid
  const pageSize = shape.pageSize ?? state?.pageSize
  if (txid === undefined || pageSize === undefined) throw new Error('invariant broken: a run has files')
  const fileChecksum = local.readFileChecksum(txid)
  const checksums = { txid, fileChecksum, pageSize, commit: sums.length, entries: sums.entries }
  return { kind: 'known', checksums }
}

const TOO_LARGE: PageChecksumsResult = {
  kind: 'unknown',
  because: `the database has more than ${PAGES_MAX} pages`,
}

async function readEntries(table: PageTable, commit: number, sums: GrowingSums, pause: Pause): Promise<void> {
  sums.resize(commit)
  for (let page = 1; page <= commit; page += TABLE_BLOCK_ENTRIES) {
    table.read(page, sums.entries.subarray(page - 1, page - 1 + TABLE_BLOCK_ENTRIES))
    if ((page - 1) % (16 * TABLE_BLOCK_ENTRIES) === 0) await pause()
  }
}

/** The local files that say what the table does not; `null`: something is missing. */
function filesAfter(
  local: LocalFiles,
  run: readonly LocalFile[],
  state: TableState | null,
): readonly LocalFile[] | null {
  const at = state === null ? -1 : run.findIndex((file) => file.txid === state.txid)
  if (at >= 0 && local.readFileChecksum(state?.txid ?? toTxid(1n)) === state?.fileChecksum) {
    return run.slice(at + 1)
  }
  return run[0]?.txid === 1n ? run : null
}

/** Lays files over what is known. @returns the page size that they tell, if any; `null`: too large. */
async function replay(
  files: BlockingFiles,
  run: readonly LocalFile[],
  sums: GrowingSums,
  pause: Pause,
): Promise<{ readonly pageSize: number | undefined } | null> {
  let pageSize: number | undefined
  let bytes = 0
  for (const file of run) {
    for (const event of readLocalFile(files, file.path)) {
      if (event.kind === 'header') {
        pageSize = event.header.pageSize
        if (event.header.commit > PAGES_MAX) return null
        sums.resize(event.header.commit)
      }
      if (event.kind !== 'page') continue
      sums.entries[event.pageNumber - 1] = sharedKernels().pageChecksum(event.pageNumber, event.data)
      bytes += event.data.length
      if (bytes < PAUSE_BYTES) continue
      bytes = 0
      await pause()
    }
  }
  return { pageSize }
}

/** Checksums of page 1 and following; what is cut off and comes back is not known. */
class GrowingSums {
  #all = new BigUint64Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  get entries(): BigUint64Array {
    return this.#all.subarray(0, this.#length)
  }

  resize(length: number): void {
    if (length > this.#all.length) {
      const larger = new BigUint64Array(Math.min(PAGES_MAX, Math.max(length, 2 * this.#length)))
      larger.set(this.entries)
      this.#all = larger
    }
    if (length < this.#length) this.#all.fill(0n, length, this.#length)
    this.#length = length
  }
}
