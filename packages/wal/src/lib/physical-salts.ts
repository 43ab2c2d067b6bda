import { frameBytes } from './frame-offset.ts'
import { decodeWalFrameHeader, WAL_FRAME_HEADER_BYTES } from './wal-frame-header.ts'
import { WAL_HEADER_BYTES } from './wal-header.ts'

export type SaltPair = readonly [salt1: number, salt2: number]

/**
 * Collects the salts of all frame positions of a WAL file, live or left over from generations before: no checksum is tested. Read
 * {@link WAL_FRAME_HEADER_BYTES} bytes at `nextOffset`, push them, and again until `done`.
 *
 * @see litestream `FrameSaltsUntil`; fixtures, `physicalSalts`
 */
export class PhysicalSalts {
  readonly #frameBytes: number
  readonly #until: SaltPair | null
  readonly #pairs: SaltPair[] = []
  /** The same pairs as keys, two 32-bit words in one. */
  readonly #seen = new Set<bigint>()
  #nextOffset = WAL_HEADER_BYTES
  #done = false

  /** @param until The pair after which there is no need to look further. */
  constructor(pageSize: number, until: SaltPair | null = null) {
    this.#frameBytes = frameBytes(pageSize)
    this.#until = until
  }

  get nextOffset(): number {
    return this.#nextOffset
  }

  get done(): boolean {
    return this.#done
  }

  /** Distinct pairs in the order in which they first appeared. */
  get pairs(): readonly SaltPair[] {
    return this.#pairs
  }

  /** @param bytes What the file has at `nextOffset`; fewer than a frame header is the end. Borrowed. */
  push(bytes: Uint8Array): void {
    if (this.#done) return
    if (bytes.length < WAL_FRAME_HEADER_BYTES) {
      this.#done = true
      return
    }
    const { salt1, salt2 } = decodeWalFrameHeader(bytes)
    const key = (BigInt(salt1) << 32n) | BigInt(salt2)
    if (!this.#seen.has(key)) {
      this.#seen.add(key)
      this.#pairs.push([salt1, salt2])
    }
    this.#nextOffset += this.#frameBytes
    this.#done = this.#until !== null && salt1 === this.#until[0] && salt2 === this.#until[1]
  }
}
