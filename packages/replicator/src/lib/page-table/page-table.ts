import type { BlockingFileHandle, BlockingFiles } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { giveTo, ownerInside } from '../database/file-owner.ts'
import { decodeTableHeader, encodeTableHeader, TABLE_HEADER_BYTES, type TableHeader } from './table-header.ts'

/** Two header slots, then 8 bytes a page, little-endian. */
const ENTRIES_START = 4096
const SLOT_STARTS = [0, 2048] as const
const ENTRY_BYTES = 8
/** Entries are read and written in runs of up to this many (64 KiB). */
export const TABLE_BLOCK_ENTRIES = 8192

/** What a table is valid for. */
export type TableState = Omit<TableHeader, 'sequence'>

/**
 * CRC-64 of (page number, page) for every page of the database as the replica has it at one TXID, on disk (engine.md §5). Changed in
 * place: entries, sync, header into the older slot, sync. Entries may be newer than the header says after a crash; the local LTX files
 * after its TXID are still there then and set them right.
 */
export class PageTable implements Disposable {
  readonly #handle: BlockingFileHandle
  #state: TableHeader | null

  private constructor(handle: BlockingFileHandle, state: TableHeader | null) {
    this.#handle = handle
    this.#state = state
  }

  /** Opens `META/pages`, or makes it. An unreadable one is taken as empty: it can be built again. */
  static open(files: BlockingFiles, metaPath: string): PageTable {
    const handle = openOrMake(files, metaPath)
    return new PageTable(handle, newestState(handle))
  }

  /** To read only, beside the process that owns it; `null` when there is none. */
  static openToRead(files: BlockingFiles, metaPath: string): PageTable | null {
    const path = `${metaPath}/pages`
    if (files.stat(path) === null) return null
    const handle = files.open(path, 'read')
    return new PageTable(handle, newestState(handle))
  }

  /** `null`: valid for nothing. */
  get state(): TableState | null {
    return this.#state
  }

  /** Whether the owner has written a header since this was opened; for a reader beside it. */
  hasChanged(): boolean {
    const now = newestState(this.#handle)
    return now?.sequence !== this.#state?.sequence || now?.fileChecksum !== this.#state?.fileChecksum
  }

  /** Entries of pages `firstPage` and following into `target`; entries never written read as 0. */
  read(firstPage: number, target: BigUint64Array): void {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    const length = this.#handle.read(bytes, entryStart(firstPage))
    bytes.fill(0, length)
  }

  /** Overwrites entries of consecutive pages. Nothing is durable before {@link PageTable.commit}. */
  write(firstPage: number, entries: BigUint64Array): void {
    this.#handle.write(
      new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength),
      entryStart(firstPage),
    )
  }

  /** Overwrites single entries, in blocks. */
  writeEach(entries: ReadonlyMap<number, bigint>): void {
    const pages = [...entries.keys()].toSorted((a, b) => a - b)
    for (let at = 0; at < pages.length;) {
      const first = pages[at] ?? 0
      let end = at + 1
      while (end < pages.length && (pages[end] ?? 0) - first < TABLE_BLOCK_ENTRIES) end++
      const block = new BigUint64Array((pages[end - 1] ?? first) - first + 1)
      if (block.length > end - at) this.read(first, block)
      for (const page of pages.slice(at, end)) block[page - first] = entries.get(page) ?? 0n
      this.write(first, block)
      at = end
    }
  }

  /** Makes the entries durable, then says what they are valid for. Entries past `commit` are cut off. */
  commit(state: TableState): void {
    this.#handle.truncate(ENTRIES_START + state.commit * ENTRY_BYTES)
    this.#handle.sync()
    const next = { ...state, sequence: (this.#state?.sequence ?? 0) + 1 }
    this.#handle.write(encodeTableHeader(next), SLOT_STARTS[next.sequence % 2 === 0 ? 0 : 1])
    this.#handle.sync()
    this.#state = next
  }

  /** Valid for nothing from now on, also after a crash. */
  clear(): void {
    this.#handle.truncate(0)
    this.#handle.sync()
    this.#state = null
  }

  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function openOrMake(files: BlockingFiles, metaPath: string): BlockingFileHandle {
  const path = `${metaPath}/pages`
  if (files.stat(path) !== null) return files.open(path, 'read-write')
  const owner = ownerInside(files, metaPath)
  const handle = files.open(path, 'create', { mode: owner?.mode ?? 0o600 })
  giveTo(files, path, owner)
  return handle
}

/** True when the table is valid for the local or stored file `txid` with this checksum. */
export function tableMatches(state: TableState | null, txid: Txid, fileChecksum: bigint): boolean {
  return state !== null && state.txid === txid && state.fileChecksum === fileChecksum
}

function newestState(handle: BlockingFileHandle): TableHeader | null {
  const bytes = new Uint8Array(TABLE_HEADER_BYTES)
  let newest: TableHeader | null = null
  for (const start of SLOT_STARTS) {
    if (handle.read(bytes, start) < bytes.length) continue
    const state = decodeTableHeader(bytes)
    if (state !== null && (newest === null || state.sequence > newest.sequence)) newest = state
  }
  return newest
}

function entryStart(page: number): number {
  return ENTRIES_START + (page - 1) * ENTRY_BYTES
}
