/** A running CRC-64/ISO in Go's finalised form: starts at 0n and continues like Go's `crc64.Update`. Changed by the calls. */
export interface ChecksumState {
  value: bigint
}

/** How far a run of WAL frames is right. */
export interface WalChain {
  /** Frames with the expected salts and a right running checksum, from the start. */
  readonly frames: number
  /** The running pair after the last right frame; the seed when there is none. */
  readonly first: number
  readonly second: number
}

/** How far a run of page frames was right. */
export interface DecodedRun {
  /** Pages that lie in the target, one after the other from its start. */
  readonly frames: number
  /** Bytes of their frames. */
  readonly bytes: number
  /** The running checksum after the last of them. */
  readonly sum: bigint
}

/** A run of page frames that was made. */
export interface EncodedRun {
  readonly bytes: number
  /** The running checksum after the last of them. */
  readonly sum: bigint
}

/** Whole runs of page frames in one call, each cut into parts for several threads. */
export interface FrameRuns {
  /** How many threads can work at once on this machine. */
  readonly cores: number

  /**
   * Undoes frames from the start of `source` on, off this thread, until `target` has no room for another page, or what follows is no
   * whole, well-formed frame with flags 1 and a page number: no fault is reported, so look at that one page by page.
   *
   * @param previous The running checksum before them. @param source Borrowed, like `target`, until the promise is settled: neither may
   *   be changed, transferred or resized before.
   */
  decodeFrames(
    previous: bigint,
    source: Uint8Array,
    pageSize: number,
    target: Uint8Array,
  ): Promise<DecodedRun>

  /**
   * {@link Kernels.encodePageFrame} of consecutive pages, off this thread. `target` needs `10 + lz4Bound(pageSize)` bytes a page from
   * `targetStart` on; the size of each frame goes to `sizes`. The three may not share memory.
   *
   * @param pages Borrowed, like `target` and `sizes`, until the promise is settled: none may be changed, transferred or resized before.
   * @throws {RangeError} at once, when one of them is too small.
   */
  encodeFrames(
    previous: bigint,
    firstPageNumber: number,
    pages: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
    sizes: Uint32Array,
  ): Promise<EncodedRun>

  /**
   * The same of pages that lie anywhere in `source`: of as many as there are `numbers`, each where `offsets` says. Returns when it is
   * done.
   * @throws {RangeError} also when a page is not inside `source`
   */
  encodeScattered(
    previous: bigint,
    numbers: Uint32Array,
    source: Uint8Array,
    offsets: Uint32Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
    sizes: Uint32Array,
  ): EncodedRun
}

/** The inner loops. An instance is not shared between threads; making one is cheap. */
export interface Kernels {
  readonly implementation: 'wasm' | 'native'

  /** Only of the native addon. Without it go page by page: the results are the same. */
  readonly runs?: FrameRuns | undefined

  /** CRC-64/ISO ("123456789" gives b90956c775a41001), continued from `previous` (0n at the start). */
  crc64(previous: bigint, bytes: Uint8Array): bigint

  /**
   * LZ4 block of at most 65536 bytes. `target` holds at least `lz4Bound(source.length)` bytes.
   * @returns Bytes written.
   * @throws {RangeError} when `source` is larger or `target` smaller.
   */
  compressBlock(source: Uint8Array, target: Uint8Array): number

  /**
   * Undoes an LZ4 block of at most 4 MiB. Never reads or writes outside the two, and always ends, whatever the bytes.
   * @returns Bytes written; -1 when the block is malformed or holds more than `target`.
   */
  decompressBlock(source: Uint8Array, target: Uint8Array): number

  /**
   * Continues SQLite's two-word WAL checksum.
   * @throws {RangeError} when the length is not a multiple of 8.
   */
  walChecksum(seed: readonly [number, number], bytes: Uint8Array, littleEndian: boolean): [number, number]

  /**
   * Writes one LTX page frame (u32 page number, u16 flags 1, u32 block size, LZ4 block) at `targetStart`, which needs
   * `10 + lz4Bound(page.length)` bytes, and continues `checksum` over header, size and the uncompressed page.
   * @returns Bytes of the frame.
   */
  encodePageFrame(
    checksum: ChecksumState,
    pageNumber: number,
    page: Uint8Array,
    target: Uint8Array,
    targetStart: number,
  ): number

  /**
   * Undoes {@link Kernels.encodePageFrame}: `frame` is one whole frame with flag bit 0 set. Writes exactly `pageSize` bytes at
   * `targetStart`.
   * @returns false when the block is malformed or another length; `checksum` is then undefined.
   */
  decodePageFrame(
    checksum: ChecksumState,
    frame: Uint8Array,
    pageSize: number,
    target: Uint8Array,
    targetStart: number,
  ): boolean

  /** CRC-64/ISO of the big-endian u32 page number followed by the page. Without the format's flag bit. */
  pageChecksum(pageNumber: number, page: Uint8Array): bigint

  /** {@link Kernels.pageChecksum} of consecutive pages: `pages.length / pageSize` results into `target`. */
  pageChecksums(firstPageNumber: number, pages: Uint8Array, pageSize: number, target: BigUint64Array): void

  /** Walks WAL frames (24 + `pageSize` bytes each) as long as the salts are these and the running checksum is right. */
  checkWalFrames(
    seed: readonly [number, number],
    frames: Uint8Array,
    pageSize: number,
    littleEndian: boolean,
    salt1: number,
    salt2: number,
  ): WalChain
}
