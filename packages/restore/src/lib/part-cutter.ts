import type { FileInfo } from '@ltx/client-core'

/** A part of one file, `start` up to but not including `end`. */
export interface Part {
  readonly file: FileInfo
  readonly start: number
  readonly end: number
}

/** Plain data. */
export interface PartSizes {
  /** Parts that are fetched at the same time. */
  readonly partsAtOnce: number
  /** Size of the first parts, in bytes; none but the last of a file is smaller. */
  readonly bytesMin: number
  readonly bytesMax: number
  /** Bytes that `grow` adds. */
  readonly growthBytes: number
}

/**
 * Cuts files into the parts in which they are fetched, in order. They begin small, so that the first pages come soon; `grow` makes the
 * next ones larger, so that less of the time is spent on asking; and they get smaller again toward the end of all files, so that the
 * last parts end at about the same time.
 */
export class PartCutter {
  readonly #sizes: PartSizes
  readonly #files: readonly FileInfo[]
  #index = 0
  #start = 0
  #restBytes: number
  #partBytes: number

  constructor(files: readonly FileInfo[], sizes: PartSizes) {
    this.#files = files
    this.#sizes = sizes
    this.#partBytes = sizes.bytesMin
    this.#restBytes = files.reduce((bytes, file) => bytes + file.size, 0)
  }

  /** Size of a part, where there is much left. */
  get partBytes(): number {
    return this.#partBytes
  }

  grow(): void {
    this.#partBytes = Math.min(this.#partBytes + this.#sizes.growthBytes, this.#sizes.bytesMax)
  }

  /** `null` when nothing is left. */
  next(): Part | null {
    for (let file = this.#files[this.#index]; file !== undefined; file = this.#files[++this.#index]) {
      const start = this.#start
      if (start < file.size) {
        const end = Math.min(start + this.#nextBytes(), file.size)
        this.#start = end
        this.#restBytes -= end - start
        return { file, start, end }
      }
      this.#start = 0
    }
    return null
  }

  #nextBytes(): number {
    const { partsAtOnce, bytesMin } = this.#sizes
    return Math.min(this.#partBytes, Math.max(bytesMin, Math.ceil(this.#restBytes / partsAtOnce)))
  }
}
