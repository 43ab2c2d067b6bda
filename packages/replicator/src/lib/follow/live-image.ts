import type { WalHeader } from '@ltx/wal'
import type { DatabaseFiles } from './database-files.ts'
import { imageAt } from './image-at.ts'
import { ImageReader, type PinnedImage } from './image-reader.ts'
import { samePlaceSalts, type Position } from './position.ts'
import type { FrameRun } from './read-frames.ts'

/**
 * Reads a database while syncs, hand-overs and checkpoints go on, so that a long scan holds no pin. Each read gives the pages as they are
 * then; a page that changes meanwhile is in a level 0 file after the scan's beginning. So the pages read, overlaid with those files, are the
 * database at the last of them.
 *
 * Why no page is torn: a checkpoint moves only frames up to the pin's mark. Such a frame either was read by us and is found in the WAL
 * here, or will be, in a later file.
 */
export class LiveImage {
  /** Where the scan began. */
  readonly begun: Position
  readonly #files: DatabaseFiles
  #header: WalHeader | null
  readonly #pages: Map<number, number>
  #isLost = false

  /** @param image The database at `position`, when it is known already. */
  constructor(files: DatabaseFiles, position: Position, image: PinnedImage = imageAt(files, position)) {
    this.begun = position
    this.#files = files
    this.#header = image.header
    this.#pages = new Map(image.pages)
  }

  /** The position was lost: the files that follow do not say what changed since the beginning. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** A run of frames has become a level 0 file. */
  advance(header: WalHeader, run: FrameRun): void {
    if (this.#header === null || !samePlaceSalts({ ...this.#header, offset: 0 }, header)) this.#pages.clear()
    this.#header = header
    for (const [page, offset] of run.pages) this.#pages.set(page, offset)
  }

  lose(): void {
    this.#isLost = true
  }

  /** Fills `target` with consecutive pages from `firstPage` on. Call it between two syncs, under a pin that covers our position. */
  read(firstPage: number, target: Uint8Array): void {
    const { pageSize, commit } = this.begun
    new ImageReader(this.#files, { pageSize, commit, header: this.#header, pages: this.#pages }).read(
      firstPage,
      target,
    )
  }
}
