import { type FileInfo, isClientError, type ReplicaClient, resumeRead } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { BrokenFile } from './broken-file.ts'
import { ChunkBuffers } from './chunk-buffers.ts'
import { type Part, PartCutter } from './part-cutter.ts'
import { PartTransfer } from './part-transfer.ts'

/** Plain data. */
export interface FetchSettings {
  /** Requests under way at once. */
  readonly requestsMax: number
  /** Larger files are fetched in parts, in parallel: of this size at first, */
  readonly partBytesMin: number
  /** and up to this one where the storage is slower than the restore. */
  readonly partBytesMax: number
  /** A part is larger than the one before it by so much. */
  readonly growthBytes: number
  /** Room for bytes requested or held and not yet used up, over all files. There is always room for as many parts as requests. */
  readonly heldBytesMin: number
}

const MIB = 1024 * 1024
const PART_BYTES_MIN = 2 * MIB
const PART_BYTES_MAX = 8 * MIB
const HELD_BYTES_MIN = 16 * MIB
const HELD_BYTES_MAX = 64 * MIB

/**
 * For so many requests at once. A request is answered after a round trip: parts of 8 MiB lose an eighth of their time to it where that
 * takes 50 ms and a connection gives 20 MB/s, parts of 2 MiB a third. `tools/servers/bench/restore-slow-line.ts` measures it.
 */
export function fetchSettings(requestsMax: number): FetchSettings {
  const partBytesMax = Math.min(
    PART_BYTES_MAX,
    Math.max(PART_BYTES_MIN, Math.floor(HELD_BYTES_MAX / requestsMax)),
  )
  return {
    requestsMax,
    partBytesMin: PART_BYTES_MIN,
    partBytesMax,
    growthBytes: MIB,
    heldBytesMin: HELD_BYTES_MIN,
  }
}

/** Parts that may be requested or held, for each request at once: small files are not all fetched before the first is used. */
const PARTS_PER_REQUEST = 4

/** Requests in a row that may bring nothing before a file counts as shorter than listed. */
const EMPTY_READS_MAX = 3

/**
 * Fetches files in the order in which they will be used, ahead of the use, in bounded memory: the next parts of the next files are
 * requested as long as there is room. A transfer that breaks goes on where it stopped.
 *
 * Dispose of it: that ends the requests under way.
 */
export class FetchAhead implements AsyncDisposable {
  readonly #client: ReplicaClient
  readonly #env: Pick<Env, 'clock' | 'random'>
  readonly #settings: FetchSettings
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #cutter: PartCutter
  readonly #buffers = new ChunkBuffers()
  /** Requested and not yet used up, in order. */
  readonly #transfers: PartTransfer[] = []
  readonly #requests = new Set<Promise<void>>()
  #next: Part | null
  #heldBytes = 0
  #partsUsed = 0

  constructor(
    components: { readonly client: ReplicaClient; readonly env: Pick<Env, 'clock' | 'random'> },
    files: readonly FileInfo[],
    settings: FetchSettings,
    signal?: AbortSignal,
  ) {
    const { requestsMax, partBytesMin, partBytesMax, growthBytes } = settings
    this.#client = components.client
    this.#env = components.env
    this.#settings = settings
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
    this.#cutter = new PartCutter(files, {
      partsAtOnce: requestsMax,
      bytesMin: partBytesMin,
      bytesMax: partBytesMax,
      growthBytes,
    })
    this.#next = this.#cutter.next()
    this.#fill()
  }

  /** Bytes requested or held. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** What `heldBytes` may be now. */
  get heldBytesMax(): number {
    const { requestsMax, heldBytesMin } = this.#settings
    return Math.max(heldBytesMin, requestsMax * this.#cutter.partBytes)
  }

  /**
   * The bytes of `file`, which must be the next one in order. Chunks are borrowed until the next one is asked for.
   *
   * @throws {BrokenFile} shorter than listed, or missing
   * @throws {ClientError} as the storage says, after retries
   */
  async *read(file: FileInfo): AsyncGenerator<Uint8Array, void, undefined> {
    for (let next = await this.#first(); next?.part.file === file; next = await this.#first()) {
      for (let chunk = await next.take(); chunk !== null; chunk = await next.take()) {
        yield chunk
        this.#buffers.giveBack(chunk)
        this.#heldBytes -= chunk.length
        this.#fill()
      }
      this.#transfers.shift()
      this.#learn(next)
      this.#fill()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#next = null
    this.#stop.abort(new Error('the restore has ended'))
    await Promise.all(this.#requests)
  }

  /** The part that comes next. A reader who has the last byte of a part may be here before the request for it has ended and made room. */
  async #first(): Promise<PartTransfer | undefined> {
    while (this.#transfers.length === 0 && this.#next !== null) {
      this.#fill()
      if (this.#transfers.length === 0) await Promise.race(this.#requests)
    }
    return this.#transfers[0]
  }

  /** A restore that has to wait for its storage is better served by larger parts. The first ones are always waited for. */
  #learn({ part, wasWaitedFor }: PartTransfer): void {
    const { requestsMax, partBytesMin } = this.#settings
    this.#partsUsed++
    const isTelling = this.#partsUsed > requestsMax && part.end - part.start >= partBytesMin
    if (isTelling && wasWaitedFor) this.#cutter.grow()
  }

  #fill(): void {
    for (let part = this.#next; part !== null && this.#hasRoom(part); part = this.#next) {
      this.#heldBytes += part.end - part.start
      const transfer = new PartTransfer(part)
      const request = this.#run(transfer).finally(() => {
        this.#requests.delete(request)
        this.#fill()
      })
      this.#requests.add(request)
      this.#transfers.push(transfer)
      this.#next = this.#cutter.next()
    }
  }

  #hasRoom({ start, end }: Part): boolean {
    const { requestsMax } = this.#settings
    if (this.#requests.size >= requestsMax || this.#transfers.length >= requestsMax * PARTS_PER_REQUEST) {
      return false
    }
    return this.#heldBytes + end - start <= this.heldBytesMax
  }

  /** Never rejects: a failure is thrown when its turn comes. */
  async #run(transfer: PartTransfer): Promise<void> {
    try {
      await this.#request(transfer)
    } catch (error) {
      transfer.fail(error)
    }
  }

  async #request(transfer: PartTransfer): Promise<void> {
    const { file, start, end } = transfer.part
    const buffer = (bytes: number): Uint8Array => this.#buffers.take(bytes)
    let offset = start
    let emptyReads = 0
    while (offset < end) {
      const before = offset
      try {
        const range = { start: offset, end, buffer, signal: this.#signal }
        for await (const chunk of resumeRead(this.#client, this.#env, file, range)) {
          offset += chunk.length
          transfer.add(chunk)
        }
      } catch (error) {
        if (!isClientError(error, 'CLIENT_NOT_FOUND')) throw error
        throw new BrokenFile(file, 'it is listed, but not there', { cause: error, isMissing: true })
      }
      // A connection that ends early without an error, or a stored file that is shorter than its listing says.
      emptyReads = offset === before ? emptyReads + 1 : 0
      if (emptyReads === EMPTY_READS_MAX) {
        throw new BrokenFile(file, `it is listed with ${file.size} bytes and ends after ${offset}`)
      }
    }
  }
}
