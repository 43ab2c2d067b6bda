import type { Addon } from './addon.ts'
import { checkPageBytes, checkRoom, frameBytesMax, lz4Bound, PAGE_BYTES_MAX } from './check-lengths.ts'
import { NativeRuns } from './native-runs.ts'

/** Largest block of an LZ4 frame, uncompressed, with what its matches may reach back to. */
const LARGE_BLOCK_BYTES_MAX = 4_194_304 + 65_536

/**
 * The calls of `Kernels` of `@ltx/kernels`, which documents them, with the same results as WebAssembly's: bytes, sums, and what
 * is refused. Only what lies in a target behind the bytes written, and after a refusal, may differ.
 */
export class NativeKernels {
  readonly runs: NativeRuns
  readonly #addon: Addon
  /** The running sums of one call, in three views of the same eight bytes. */
  readonly #sum = new BigUint64Array(1)
  readonly #pair = new Uint32Array(this.#sum.buffer)
  readonly #state = new Uint8Array(this.#sum.buffer)

  constructor(addon: Addon) {
    this.runs = new NativeRuns(addon)
    this.#addon = addon
  }

  crc64(previous: bigint, bytes: Uint8Array): bigint {
    this.#sum[0] = previous
    this.#addon.crc64(this.#state, bytes)
    return this.#sum[0]
  }

  compressBlock(source: Uint8Array, target: Uint8Array): number {
    checkPageBytes(source.length)
    if (target.length < lz4Bound(source.length)) {
      throw new RangeError(`target of ${target.length} bytes cannot hold a block of ${source.length} bytes`)
    }
    return this.#addon.compressBlock(source, target)
  }

  decompressBlock(source: Uint8Array, target: Uint8Array): number {
    const limit = target.length > PAGE_BYTES_MAX ? LARGE_BLOCK_BYTES_MAX : PAGE_BYTES_MAX
    if (source.length > lz4Bound(limit)) return -1 // no block of that many bytes is as long
    return this.#addon.decompressBlock(source, target.length > limit ? target.subarray(0, limit) : target)
  }

  walChecksum(seed: readonly [number, number], bytes: Uint8Array, littleEndian: boolean): [number, number] {
    if (bytes.length % 8 !== 0) {
      throw new RangeError(`WAL checksum of ${bytes.length} bytes: not a multiple of 8`)
    }
    this.#pair.set(seed)
    this.#addon.walChecksum(this.#state, bytes, littleEndian)
    return [this.#pair[0]!, this.#pair[1]!]
  }

  encodePageFrame(
    checksum: { value: bigint },
    pageNumber: number,
    page: Uint8Array,
    target: Uint8Array,
    targetStart: number,
  ): number {
    checkPageBytes(page.length)
    checkRoom(target, targetStart, frameBytesMax(page.length))
    this.#sum[0] = checksum.value
    const bytes = this.#addon.encodePageFrame(this.#state, pageNumber, page, target, targetStart)
    checksum.value = this.#sum[0]
    return bytes
  }

  decodePageFrame(
    checksum: { value: bigint },
    frame: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
  ): boolean {
    checkPageBytes(pageSize)
    checkRoom(target, targetStart, pageSize)
    this.#sum[0] = checksum.value
    if (!this.#addon.decodePageFrame(this.#state, frame, pageSize, target, targetStart)) return false
    checksum.value = this.#sum[0]
    return true
  }

  pageChecksum(pageNumber: number, page: Uint8Array): bigint {
    checkPageBytes(page.length)
    if (page.length === 0) return this.crc64(0n, bigEndian(pageNumber))
    this.#addon.pageChecksums(pageNumber, page, page.length, this.#state)
    return this.#sum[0]!
  }

  pageChecksums(firstPageNumber: number, pages: Uint8Array, pageSize: number, target: BigUint64Array): void {
    checkPageBytes(pageSize)
    const count = pages.length / pageSize
    if (!Number.isInteger(count)) {
      throw new RangeError(`${pages.length} bytes are not whole pages of ${pageSize}`)
    }
    if (target.length < count) throw new RangeError(`target holds ${target.length} of ${count} checksums`)
    const results = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    this.#addon.pageChecksums(firstPageNumber, pages, pageSize, results)
  }

  checkWalFrames(
    seed: readonly [number, number],
    frames: Uint8Array,
    pageSize: number,
    littleEndian: boolean,
    salt1: number,
    salt2: number,
  ): { frames: number; first: number; second: number } {
    checkPageBytes(pageSize)
    if (pageSize % 8 !== 0) throw new RangeError(`page size ${pageSize} is not a multiple of 8`)
    this.#pair.set(seed)
    const right = this.#addon.checkWalFrames(this.#state, frames, pageSize, littleEndian, salt1, salt2)
    return { frames: right, first: this.#pair[0]!, second: this.#pair[1]! }
  }
}

function bigEndian(word: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, word)
  return bytes
}
