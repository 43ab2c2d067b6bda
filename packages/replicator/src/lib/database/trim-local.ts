import { basename } from 'node:path'
import type { BlockingFiles } from '@ltx/env'
import { isFormatError, toTxid, type Txid } from '@ltx/format'
import { sharedKernels } from '@ltx/kernels'
import { imageNow } from '../follow/image-at.ts'
import { ImageReader } from '../follow/image-reader.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import { absorbFiles } from '../page-table/absorb-files.ts'
import { PageTable, tableMatches, type TableState } from '../page-table/page-table.ts'
import type { LocalFile, LocalFiles } from './local-files.ts'

const BLOCK_BYTES = 4 * 1024 * 1024
/** Compressed bytes absorbed before syncs of the database get their turn. */
const ABSORB_BYTES_MAX = 32 * 1024 * 1024

export interface AbsorbResult {
  /** The table is valid for this TXID now; `null`: there is no table. */
  readonly absorbed: Txid | null
  /** Another call would bring it further. */
  readonly more: boolean
}

/**
 * Brings the page table towards what the replica has confirmed, by some {@link ABSORB_BYTES_MAX} of files, so that they may go. Without a
 * table to go on from, the first local file may be a full image; else, and where a local file is damaged, the table is made from the
 * database itself, when our position is confirmed: that is what the replica holds then.
 */
export async function absorbConfirmed(
  files: BlockingFiles,
  follower: WalFollower,
  confirmed: Txid,
  pause: () => Promise<void>,
): Promise<AbsorbResult> {
  const { local } = follower.parts
  using table = PageTable.open(files, local.metaPath)
  const run = local.newestRun().filter((file) => file.txid <= confirmed)
  const next = filesAfterTable(local, table.state, run)
  const batch = next === null ? [] : firstBytes(files, next, ABSORB_BYTES_MAX)
  const isAbsorbed = next !== null && (await absorbBatch(follower, table, batch, pause))
  if (!isAbsorbed && follower.position?.txid === confirmed) {
    await readFromDatabase(follower, table, confirmed, pause)
  }
  return { absorbed: table.state?.txid ?? null, more: isAbsorbed && batch.length < next.length }
}

/** Whose damage has been told. */
const warned = new WeakSet<LocalFiles>()

/** @returns false: a file is damaged. The table says what it said before. */
async function absorbBatch(
  follower: WalFollower,
  table: PageTable,
  batch: readonly LocalFile[],
  pause: () => Promise<void>,
): Promise<boolean> {
  const { env, local, files } = follower.parts
  try {
    await absorbFiles(env.blockingFiles, table, batch, files.statMain().ino, pause)
    return true
  } catch (error) {
    if (!isFormatError(error)) throw error
    const message =
      'a local file that the replica has is damaged; page checksums are taken from the database instead. Look after the disk'
    if (!warned.has(local)) env.logger.log('warn', message, { db: basename(files.path), error })
    warned.add(local)
    return false
  }
}

/** The first files up to a number of bytes, at least one. */
function firstBytes(files: BlockingFiles, all: readonly LocalFile[], bytesMax: number): readonly LocalFile[] {
  let bytes = 0
  const end = all.findIndex((file) => {
    bytes += files.stat(file.path)?.size ?? 0
    return bytes > bytesMax
  })
  return end < 0 ? all : all.slice(0, Math.max(1, end))
}

/** Files that bring the table on, or that begin one; `null`: none do. */
function filesAfterTable(
  local: LocalFiles,
  state: TableState | null,
  run: readonly LocalFile[],
): readonly LocalFile[] | null {
  if (state !== null) {
    const at = run.findIndex((file) => file.txid === state.txid)
    if (at >= 0 && tableMatches(state, state.txid, local.readFileChecksum(state.txid)))
      return run.slice(at + 1)
  }
  return run[0]?.txid === 1n ? run : null
}

/**
 * Makes the table from the database. The pin was handed over after the last sync, perhaps past a commit that nobody has read and that a
 * checkpoint may move into the database file: hence one more sync, under the pin that then stays.
 */
async function readFromDatabase(
  follower: WalFollower,
  table: PageTable,
  confirmed: Txid,
  pause: () => Promise<void>,
): Promise<void> {
  const { files, local, pin } = follower.parts
  const release = follower.holdImage()
  try {
    const { kind } = await follower.syncPublished()
    const position = follower.position
    if (kind !== 'synced' || position?.txid !== confirmed) return
    const reader = new ImageReader(files, imageNow(pin, files, position))
    const { pageSize, commit, txid } = position
    const fileChecksum = local.readFileChecksum(txid)
    const pagesPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / pageSize))
    table.clear()
    for (let first = 1; first <= commit; first += pagesPerBlock) {
      const bytes = new Uint8Array(Math.min(pagesPerBlock, commit - first + 1) * pageSize)
      const entries = new BigUint64Array(bytes.length / pageSize)
      reader.read(first, bytes)
      sharedKernels().pageChecksums(first, bytes, pageSize, entries)
      table.write(first, entries)
      await pause()
    }
    table.commit({ pageSize, commit, txid, fileChecksum, inode: files.statMain().ino })
  } finally {
    release()
  }
}

/**
 * Deletes local level 0 files below both `before` and the newest absorbed one, which stays: it proves the table's identity.
 *
 * @returns TXIDs deleted.
 */
export function deleteAbsorbed(local: LocalFiles, before: Txid, absorbed: Txid | null): Txid[] {
  if (absorbed === null) return []
  const gone = local.list().filter((file) => file.txid < before && file.txid < absorbed)
  for (const file of gone) local.remove(file.txid)
  return gone.map((file) => toTxid(file.txid))
}
