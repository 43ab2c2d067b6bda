import type { FrameReader, WalFrame } from './frame-reader.ts'

/** What the committed transactions of a stretch of WAL come to. */
export interface CommittedRange {
  /** Database size in pages after the last commit; 0 when nothing was committed. */
  readonly commit: number
  /** Frames up to and including the last commit. */
  readonly frameCount: number
  /** End of the last commit frame, also when its page was dropped; the start when nothing was committed. */
  readonly endOffset: number
  /** Running checksum at `endOffset`. */
  readonly checksum: readonly [number, number]
  /** Where the newest committed frame of each page starts, in bytes from the start of the WAL. In order of first appearance. */
  readonly pages: ReadonlyMap<number, number>
  /** Pages that have frames but are beyond `commit`: the database shrank. Ascending. */
  readonly droppedPages: readonly number[]
}

/** Keeps the newest committed frame of each page, and forgets what was never committed. */
export class CommittedPages {
  readonly #pages = new Map<number, number>()
  /** Of the transaction that has not ended yet. */
  #transaction = new Map<number, number>()
  #transactionFrames = 0
  #commit = 0
  #frameCount = 0
  #endOffset: number
  #checksum: readonly [number, number]

  /** @param start Where the first frame is, and the running checksum before it: the answer while nothing is committed. */
  constructor(start: { readonly offset: number; readonly seed: readonly [number, number] }) {
    this.#endOffset = start.offset
    this.#checksum = start.seed
  }

  /** Frames in the order of the WAL. */
  add(frame: Omit<WalFrame, 'page'>): void {
    this.#transaction.set(frame.pageNumber, frame.offset)
    this.#transactionFrames++
    if (frame.commit === 0) return
    for (const [pageNumber, offset] of this.#transaction) this.#pages.set(pageNumber, offset)
    this.#commit = frame.commit
    this.#frameCount += this.#transactionFrames
    this.#endOffset = frame.endOffset
    this.#checksum = frame.checksum
    this.rollback()
  }

  /** Adds every frame that the reader has ready. Its `bytesMax` makes it stop at a commit. */
  addAll(reader: FrameReader): void {
    for (let frame = reader.next(); frame !== null; frame = reader.next()) this.add(frame)
  }

  /** Different pages that were committed so far, those above the database's present size included. */
  get pageCount(): number {
    return this.#pages.size
  }

  /** Frames after the last commit. They count only once a commit follows. */
  get uncommittedFrames(): number {
    return this.#transactionFrames
  }

  /** Forgets the frames after the last commit, to read on from `endOffset` anew. */
  rollback(): void {
    if (this.#transactionFrames === 0) return
    this.#transaction = new Map()
    this.#transactionFrames = 0
  }

  /** A copy of what is committed so far. */
  committed(): CommittedRange {
    const pages = new Map<number, number>()
    const droppedPages: number[] = []
    for (const [pageNumber, offset] of this.#pages) {
      if (pageNumber <= this.#commit) pages.set(pageNumber, offset)
      else droppedPages.push(pageNumber)
    }
    return {
      commit: this.#commit,
      frameCount: this.#frameCount,
      endOffset: this.#endOffset,
      checksum: this.#checksum,
      pages,
      droppedPages: droppedPages.toSorted((a, b) => a - b),
    }
  }
}
