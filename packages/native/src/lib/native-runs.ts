import type { Addon } from './addon.ts'
import { checkPageBytes, checkRoom, frameBytesMax } from './check-lengths.ts'

/** A restore has the machine to itself, more or less; more threads than this wait for memory. */
const DECODE_THREADS_MAX = 4
/** Encoding goes on beside an application that wants to work too. */
const ENCODE_THREADS_MAX = 2

/** The calls of `FrameRuns` of `@ltx/kernels`, which documents them. */
export class NativeRuns {
  readonly cores: number
  readonly #addon: Addon

  constructor(addon: Addon) {
    this.cores = addon.cores()
    this.#addon = addon
  }

  decodeFrames(
    previous: bigint,
    source: Uint8Array,
    pageSize: number,
    target: Uint8Array,
  ): Promise<{ readonly frames: number; readonly bytes: number; readonly sum: bigint }> {
    checkPageBytes(pageSize)
    return this.#addon.decodeFrames(previous, source, pageSize, target, DECODE_THREADS_MAX)
  }

  encodeFrames(
    previous: bigint,
    firstPageNumber: number,
    pages: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
    sizes: Uint32Array,
  ): Promise<{ readonly bytes: number; readonly sum: bigint }> {
    checkPageBytes(pageSize)
    const count = pages.length / pageSize
    if (!Number.isInteger(count)) {
      throw new RangeError(`${pages.length} bytes are not whole pages of ${pageSize}`)
    }
    checkResults(count, pageSize, target, targetStart, sizes)
    return this.#addon.encodeFrames(
      previous,
      firstPageNumber,
      pages,
      pageSize,
      target,
      targetStart,
      sizes.subarray(0, count),
      ENCODE_THREADS_MAX,
    )
  }

  encodeScattered(
    previous: bigint,
    numbers: Uint32Array,
    source: Uint8Array,
    offsets: Uint32Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
    sizes: Uint32Array,
  ): { readonly bytes: number; readonly sum: bigint } {
    checkPageBytes(pageSize)
    const count = numbers.length
    if (offsets.length !== count) throw new RangeError(`${count} pages in ${offsets.length} places`)
    if (offsets.some((offset) => offset + pageSize > source.length)) {
      throw new RangeError(`a page is not inside the ${source.length} bytes of the source`)
    }
    checkResults(count, pageSize, target, targetStart, sizes)
    return this.#addon.encodeScattered(
      previous,
      numbers,
      source,
      offsets,
      pageSize,
      target,
      targetStart,
      sizes.subarray(0, count),
      ENCODE_THREADS_MAX,
    )
  }
}

function checkResults(
  count: number,
  pageSize: number,
  target: Uint8Array,
  targetStart: number,
  sizes: Uint32Array,
): void {
  if (sizes.length < count) throw new RangeError(`sizes holds ${sizes.length} of ${count}`)
  checkRoom(target, targetStart, count * frameBytesMax(pageSize))
}
