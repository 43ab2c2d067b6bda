import type { ChecksumState, Kernels, WalChain } from './kernels.ts'
import { LargeBlocks } from './large-blocks.ts'
import { lz4Bound } from './lz4-bound.ts'
import { instantiate, type WasmExports } from './wasm-exports.ts'

/** Largest input of a block, and SQLite's largest page. */
const PAGE_BYTES_MAX = 65_536
const FRAME_PREFIX_BYTES = 10
const FRAME_BYTES_MAX = FRAME_PREFIX_BYTES + lz4Bound(PAGE_BYTES_MAX)
const WAL_FRAME_HEADER_BYTES = 24

/** The kernels in WebAssembly. Bytes are copied into the instance's memory, worked on there, and copied out. */
export class WasmKernels implements Kernels {
  readonly implementation = 'wasm'
  readonly #wasm: WasmExports
  readonly #memory: Uint8Array
  readonly #view: DataView
  readonly #result: number
  readonly #source: number
  readonly #sourceBytes: number
  readonly #target: number
  #large: LargeBlocks | null = null

  constructor() {
    const wasm = instantiate()
    this.#wasm = wasm
    this.#memory = new Uint8Array(wasm.memory.buffer) // the memory never grows, so these stay valid
    this.#view = new DataView(wasm.memory.buffer)
    this.#result = wasm.RESULT.value
    this.#source = wasm.SOURCE.value
    this.#sourceBytes = wasm.SOURCE_BYTES.value
    this.#target = wasm.TARGET.value
    // each input and output below is checked against these two
    if (this.#sourceBytes < FRAME_BYTES_MAX || wasm.TARGET_BYTES.value < FRAME_BYTES_MAX) {
      throw new Error('kernels.wasm.ts is stale: its memory does not hold a frame of the largest page')
    }
  }

  crc64(previous: bigint, bytes: Uint8Array): bigint {
    let value = previous
    for (let at = 0; at < bytes.length; at += this.#sourceBytes) {
      const block = bytes.subarray(at, at + this.#sourceBytes)
      this.#memory.set(block, this.#source)
      value = BigInt.asUintN(64, this.#wasm.crc64(value, this.#source, block.length))
    }
    return value
  }

  compressBlock(source: Uint8Array, target: Uint8Array): number {
    checkPageBytes(source.length)
    if (target.length < lz4Bound(source.length)) {
      throw new RangeError(`target of ${target.length} bytes cannot hold a block of ${source.length} bytes`)
    }
    this.#memory.set(source, this.#source)
    const bytes = this.#wasm.compressBlock(this.#source, source.length, this.#target)
    this.#copyOut(bytes, target, 0)
    return bytes
  }

  decompressBlock(source: Uint8Array, target: Uint8Array): number {
    if (target.length > PAGE_BYTES_MAX) {
      this.#large ??= new LargeBlocks()
      return this.#large.decompress(source, target)
    }
    if (source.length > lz4Bound(PAGE_BYTES_MAX)) return -1 // no block of 64 KiB is as long
    this.#memory.set(source, this.#source)
    const bytes = this.#wasm.decompressBlock(this.#source, source.length, this.#target, target.length)
    if (bytes > 0) this.#copyOut(bytes, target, 0)
    return bytes
  }

  walChecksum(seed: readonly [number, number], bytes: Uint8Array, littleEndian: boolean): [number, number] {
    if (bytes.length % 8 !== 0) {
      throw new RangeError(`WAL checksum of ${bytes.length} bytes: not a multiple of 8`)
    }
    let [first, second] = seed
    for (let at = 0; at < bytes.length; at += this.#sourceBytes) {
      const block = bytes.subarray(at, at + this.#sourceBytes)
      this.#memory.set(block, this.#source)
      this.#wasm.walChecksum(first, second, block.length, littleEndian)
      first = this.#view.getUint32(this.#result, true)
      second = this.#view.getUint32(this.#result + 4, true)
    }
    return [first, second]
  }

  encodePageFrame(
    checksum: ChecksumState,
    pageNumber: number,
    page: Uint8Array,
    target: Uint8Array,
    targetStart: number,
  ): number {
    checkPageBytes(page.length)
    checkRoom(target, targetStart, FRAME_PREFIX_BYTES + lz4Bound(page.length))
    this.#memory.set(page, this.#source)
    const bytes = this.#wasm.encodePageFrame(checksum.value, pageNumber, page.length)
    checksum.value = this.#view.getBigUint64(this.#result, true)
    this.#copyOut(bytes, target, targetStart)
    return bytes
  }

  decodePageFrame(
    checksum: ChecksumState,
    frame: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
  ): boolean {
    checkPageBytes(pageSize)
    checkRoom(target, targetStart, pageSize)
    if (frame.length > FRAME_BYTES_MAX) return false
    this.#memory.set(frame, this.#source)
    if (this.#wasm.decodePageFrame(checksum.value, frame.length, pageSize) === 0) return false
    checksum.value = this.#view.getBigUint64(this.#result, true)
    this.#copyOut(pageSize, target, targetStart)
    return true
  }

  pageChecksum(pageNumber: number, page: Uint8Array): bigint {
    checkPageBytes(page.length)
    this.#memory.set(page, this.#source)
    this.#wasm.pageChecksums(pageNumber, 1, page.length)
    return this.#view.getBigUint64(this.#target, true)
  }

  pageChecksums(firstPageNumber: number, pages: Uint8Array, pageSize: number, target: BigUint64Array): void {
    checkPageBytes(pageSize)
    const count = pages.length / pageSize
    if (!Number.isInteger(count)) {
      throw new RangeError(`${pages.length} bytes are not whole pages of ${pageSize}`)
    }
    if (target.length < count) throw new RangeError(`target holds ${target.length} of ${count} checksums`)
    const step = Math.min(Math.floor(this.#sourceBytes / pageSize), PAGE_BYTES_MAX / 8)
    for (let done = 0; done < count; done += step) {
      const now = Math.min(step, count - done)
      this.#memory.set(pages.subarray(done * pageSize, (done + now) * pageSize), this.#source)
      this.#wasm.pageChecksums(firstPageNumber + done, now, pageSize)
      for (let i = 0; i < now; i++) target[done + i] = this.#view.getBigUint64(this.#target + i * 8, true)
    }
  }

  checkWalFrames(
    seed: readonly [number, number],
    frames: Uint8Array,
    pageSize: number,
    littleEndian: boolean,
    salt1: number,
    salt2: number,
  ): WalChain {
    checkPageBytes(pageSize)
    if (pageSize % 8 !== 0) throw new RangeError(`page size ${pageSize} is not a multiple of 8`)
    const frameBytes = WAL_FRAME_HEADER_BYTES + pageSize
    const count = Math.floor(frames.length / frameBytes)
    const step = Math.floor(this.#sourceBytes / frameBytes)
    let [first, second] = seed
    let right = 0
    while (right < count) {
      const now = Math.min(step, count - right)
      this.#memory.set(frames.subarray(right * frameBytes, (right + now) * frameBytes), this.#source)
      const found = this.#wasm.checkWalFrames(first, second, now, pageSize, littleEndian, salt1, salt2)
      first = this.#view.getUint32(this.#result, true)
      second = this.#view.getUint32(this.#result + 4, true)
      right += found
      if (found < now) break
    }
    return { frames: right, first, second }
  }

  #copyOut(bytes: number, target: Uint8Array, targetStart: number): void {
    target.set(this.#memory.subarray(this.#target, this.#target + bytes), targetStart)
  }
}

function checkPageBytes(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > PAGE_BYTES_MAX) {
    throw new RangeError(`a page or block holds 0 to ${PAGE_BYTES_MAX} bytes, not ${bytes}`)
  }
}

function checkRoom(target: Uint8Array, start: number, bytes: number): void {
  if (!Number.isInteger(start) || start < 0 || start + bytes > target.length) {
    throw new RangeError(`target of ${target.length} bytes has no room for ${bytes} at ${start}`)
  }
}
