import type { WalHeader } from '@ltx/wal'
import type { DatabaseFiles } from './database-files.ts'
import { readWalHeader, sameGeneration } from './observe-wal.ts'

/** A database at one commit: where each page's newest image is. */
export interface PinnedImage {
  /** Bytes. */
  readonly pageSize: number
  /** Pages. */
  readonly commit: number
  /** The generation that `pages` points into; `null`: everything is in the database file. */
  readonly header: WalHeader | null
  /** Page number → offset of its newest image in the WAL file. */
  readonly pages: ReadonlyMap<number, number>
}

/**
 * Reads pages of a pinned image: from the WAL where it has them, else from the database file, else zeros. Checkpoints only write pages
 * that the WAL up to the image holds too, so the others stand still; and the WAL can be restarted only once all of the image is in the
 * database file, which is then read alone.
 */
export class ImageReader {
  readonly image: PinnedImage
  readonly #files: DatabaseFiles
  #walHolds: boolean

  constructor(files: DatabaseFiles, image: PinnedImage) {
    this.#files = files
    this.image = image
    this.#walHolds = image.header !== null && image.pages.size > 0
  }

  /** Fills `target` with consecutive pages from `firstPage` on; its length is a multiple of the page size. */
  read(firstPage: number, target: Uint8Array): void {
    const { pageSize } = this.image
    const length = this.#files.readMain(target, (firstPage - 1) * pageSize)
    target.fill(0, length)
    if (!this.#walHolds || !this.#overlay(firstPage, target)) return
    const header = this.image.header
    if (header !== null && sameGeneration(readWalHeader(this.#files), header)) return
    this.#walHolds = false
    this.read(firstPage, target)
  }

  /** @returns true when a page came from the WAL. */
  #overlay(firstPage: number, target: Uint8Array): boolean {
    const { pageSize, pages } = this.image
    let used = false
    for (let at = 0; at < target.length; at += pageSize) {
      const offset = pages.get(firstPage + at / pageSize)
      if (offset === undefined) continue
      used = true
      const page = target.subarray(at, at + pageSize)
      if (this.#files.readWal(page, offset) < pageSize) page.fill(0) // shrunk: the header will not be the same either
    }
    return used
  }
}
