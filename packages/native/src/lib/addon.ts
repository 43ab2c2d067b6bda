/**
 * What the compiled file exports (crate/src/calls.rs). A `state` is the running sum in eight bytes of the machine's order: read
 * at the start of a call and left behind at its end. Lengths are checked in Rust; a call that does not like them throws.
 */
export interface Addon {
  /** How many threads can work at once. */
  cores(): number
  /** Gives memory that is free back to the system. `false`: there was none, or it cannot be given back here. */
  trimMemory(): boolean
  /** Off this thread. Neither array may be touched before the promise is settled. */
  decodeFrames(
    previous: bigint,
    bytes: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    threadsMax: number,
  ): Promise<{ readonly frames: number; readonly bytes: number; readonly sum: bigint }>
  /** Off this thread, like `decodeFrames`. `sizes` has one for each page. */
  encodeFrames(
    previous: bigint,
    firstPageNumber: number,
    pages: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
    sizes: Uint32Array,
    threadsMax: number,
  ): Promise<{ readonly bytes: number; readonly sum: bigint }>
  /** Numbers, offsets and sizes are as many. */
  encodeScattered(
    previous: bigint,
    numbers: Uint32Array,
    source: Uint8Array,
    offsets: Uint32Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
    sizes: Uint32Array,
    threadsMax: number,
  ): { readonly bytes: number; readonly sum: bigint }
  crc64(state: Uint8Array, bytes: Uint8Array): void
  compressBlock(source: Uint8Array, target: Uint8Array): number
  decompressBlock(source: Uint8Array, target: Uint8Array): number
  /** The state is two words. */
  walChecksum(state: Uint8Array, bytes: Uint8Array, littleEndian: boolean): void
  encodePageFrame(
    state: Uint8Array,
    pageNumber: number,
    page: Uint8Array,
    target: Uint8Array,
    targetStart: number,
  ): number
  decodePageFrame(
    state: Uint8Array,
    frame: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
  ): boolean
  pageChecksums(firstPageNumber: number, pages: Uint8Array, pageSize: number, target: Uint8Array): void
  /** The state is two words. @returns How many frames are right. */
  checkWalFrames(
    state: Uint8Array,
    frames: Uint8Array,
    pageSize: number,
    littleEndian: boolean,
    salt1: number,
    salt2: number,
  ): number
}
