import { lz4Bound } from './lz4-bound.ts'
import { instantiate, type WasmExports } from './wasm-exports.ts'

/**
 * Largest block of an LZ4 frame, uncompressed, in bytes, with what its matches may reach back to. Replicas of Litestream 0.3 hold such
 * blocks.
 */
export const LARGE_BLOCK_BYTES_MAX: number = 4_194_304 + 65_536

const WASM_PAGE_BYTES = 65_536
/** Copies move 16 bytes at a time. */
const SLACK_BYTES = 64

/** Undoes blocks of up to 4 MiB in an instance of its own, whose memory was grown for it: about 8 MiB. */
export class LargeBlocks {
  readonly #wasm: WasmExports
  readonly #memory: Uint8Array
  readonly #source: number
  readonly #target: number

  constructor() {
    this.#wasm = instantiate()
    this.#source = this.#wasm.memory.buffer.byteLength // behind the areas of pages
    this.#target = this.#source + lz4Bound(LARGE_BLOCK_BYTES_MAX) + SLACK_BYTES
    const bytes = lz4Bound(LARGE_BLOCK_BYTES_MAX) + LARGE_BLOCK_BYTES_MAX + 2 * SLACK_BYTES
    this.#wasm.memory.grow(Math.ceil(bytes / WASM_PAGE_BYTES))
    this.#memory = new Uint8Array(this.#wasm.memory.buffer)
  }

  /** As `Kernels.decompressBlock`. */
  decompress(source: Uint8Array, target: Uint8Array): number {
    if (source.length > lz4Bound(LARGE_BLOCK_BYTES_MAX)) return -1 // no block of 4 MiB is as long
    this.#memory.set(source, this.#source)
    const limit = Math.min(target.length, LARGE_BLOCK_BYTES_MAX)
    const bytes = this.#wasm.decompressBlock(this.#source, source.length, this.#target, limit)
    if (bytes > 0) target.set(this.#memory.subarray(this.#target, this.#target + bytes))
    return bytes
  }
}
