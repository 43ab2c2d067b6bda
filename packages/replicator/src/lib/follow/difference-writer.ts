import type { Env } from '@ltx/env'
import { createHeader, type Header, type Txid } from '@ltx/format'
import type { FileOwner } from '../database/file-owner.ts'
import { LtxFileWriter, type WrittenFile } from '../database/ltx-file-writer.ts'
import type { Baseline } from '../page-table/baseline.ts'
import { differingPages } from '../page-table/differing-pages.ts'
import type { Position } from './position.ts'

/** Blocks of a database that are read and compared at once, in bytes. */
export const DIFFERENCE_BLOCK_BYTES: number = 4 * 1024 * 1024

/** Less proves nothing: the first pages of small databases change with everything. */
const ANOTHER_PAGES_MIN = 8
/** Of two databases that have nothing to do with each other even fewer than one page in so many are the same. */
const ANOTHER_EQUAL_SHARE = 8

export interface DifferenceOptions {
  readonly directory: string
  readonly owner: FileOwner
  /** What the database is written at. */
  readonly position: Position
  /** `null`: every page is written. Of another page size: the same. */
  readonly baseline: Baseline | null
  /** Page of the WAL's last frame: written also if it does not differ, for Litestream looks for it when it takes over. */
  readonly lastPage: number | null
}

/** Writes the pages in which a database differs from the baseline as one file (engine.md §4, Resync). */
export class DifferenceWriter implements Disposable {
  readonly #writer: LtxFileWriter
  readonly #baseline: Baseline | null
  readonly #lastPage: number | null
  readonly #position: Position
  #differing = 0
  /** Of pages that both have. */
  #compared = 0
  #equal = 0

  constructor(env: Env, options: DifferenceOptions) {
    const { directory, position, baseline, lastPage, owner } = options
    this.#writer = new LtxFileWriter(env, directory, differenceHeader(position, position.txid), owner)
    this.#baseline = baseline?.pageSize === position.pageSize ? baseline : null
    this.#lastPage = lastPage
    this.#position = position
  }

  /** There is nothing to compare with: the file holds every page. */
  get isFull(): boolean {
    return this.#baseline === null
  }

  /** Nothing differs so far, and the size is the same. */
  get isEqual(): boolean {
    return this.#baseline?.commit === this.#position.commit && this.#differing === 0
  }

  /** Of the pages that both have, next to none is the same: what it is compared with was another database, or every page was written again. */
  get isAnother(): boolean {
    return this.#compared >= ANOTHER_PAGES_MIN && ANOTHER_EQUAL_SHARE * this.#equal < this.#compared
  }

  /** The name the file will have. */
  get name(): string {
    return this.#writer.name
  }

  /**
   * Resolves when there is room for the next block, which must lie elsewhere: this one may be under work until that is taken.
   *
   * @param bytes Consecutive pages from `firstPage` on, borrowed until the next but one call, or `publish`. Blocks come in ascending order.
   */
  async write(firstPage: number, bytes: Uint8Array): Promise<void> {
    if (this.#baseline !== null) this.#writeDiffering(this.#baseline, firstPage, bytes)
    else await this.#writer.writeRun(firstPage, bytes)
  }

  async publish(): Promise<WrittenFile> {
    await this.#writer.settled()
    return this.#writer.publish()
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]()
  }

  #writeDiffering(baseline: Baseline, firstPage: number, bytes: Uint8Array): void {
    const { pageSize } = this.#position
    const pages = new Set(differingPages(baseline, firstPage, bytes, pageSize))
    this.#differing += pages.size
    const shared = Math.min(baseline.commit, this.#position.commit)
    const compared = Math.max(0, Math.min(shared + 1 - firstPage, bytes.length / pageSize))
    this.#compared += compared
    this.#equal += compared
    for (const page of pages) if (page <= shared) this.#equal--
    for (let at = 0; at < bytes.length; at += pageSize) {
      const page = firstPage + at / pageSize
      if (pages.has(page) || page === this.#lastPage)
        this.#writer.write(page, bytes.subarray(at, at + pageSize))
    }
  }
}

/** Of a file with the whole difference up to `position`: it claims all of the WAL before, as far as there is one. */
export function differenceHeader({ pageSize, commit, timestampMs, wal }: Position, txid: Txid): Header {
  const fields = { pageSize, commit, minTXID: txid, maxTXID: txid, timestampMs }
  if (wal === null) return createHeader(fields)
  const { salt1: walSalt1, salt2: walSalt2, offset } = wal
  return createHeader({ ...fields, walOffset: 32n, walSize: BigInt(offset - 32), walSalt1, walSalt2 })
}
