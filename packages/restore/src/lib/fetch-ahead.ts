import { type FileInfo, isClientError, type ReplicaClient, resumeRead } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { BrokenFile } from './broken-file.ts'
import { ChunkBuffers } from './chunk-buffers.ts'

/** A part of one file, `start` up to but not including `end`. */
interface Part {
  readonly file: FileInfo
  readonly start: number
  readonly end: number
}

interface FetchedPart extends Part {
  readonly chunks: Promise<Uint8Array[]>
}

/** Plain data. */
export interface FetchSettings {
  /** Requests under way at once. */
  readonly requestsMax: number
  /** Larger files are fetched in parts of this size, in parallel. */
  readonly partBytes: number
  /** Bytes requested or held and not yet used up, over all files. At least one part is always allowed. */
  readonly heldBytesMax: number
}

const PART_BYTES = 2 * 1024 * 1024
const HELD_BYTES_MIN = 16 * 1024 * 1024

/** For so many requests at once: room for a part of each, and never less than for eight. */
export function fetchSettings(requestsMax: number): FetchSettings {
  const heldBytesMax = Math.max(HELD_BYTES_MIN, requestsMax * PART_BYTES)
  return { requestsMax, partBytes: PART_BYTES, heldBytesMax }
}

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
  readonly #parts: Iterator<Part>
  readonly #fetched: FetchedPart[] = []
  readonly #buffers = new ChunkBuffers()
  #next: Part | null
  #requests = 0
  #heldBytes = 0

  constructor(
    components: { readonly client: ReplicaClient; readonly env: Pick<Env, 'clock' | 'random'> },
    files: readonly FileInfo[],
    settings: FetchSettings,
    signal?: AbortSignal,
  ) {
    this.#client = components.client
    this.#env = components.env
    this.#settings = settings
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
    this.#parts = partsOf(files, settings.partBytes)
    this.#next = this.#takePart()
    this.#fill()
  }

  /** Bytes requested or held. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * The bytes of `file`, which must be the next one in order. Chunks are borrowed until the next one is asked for.
   *
   * @throws {BrokenFile} shorter than listed, or missing
   * @throws {ClientError} as the storage says, after retries
   */
  async *read(file: FileInfo): AsyncGenerator<Uint8Array, void, undefined> {
    for (let part = this.#fetched[0]; part !== undefined && part.file === file; part = this.#fetched[0]) {
      const chunks = await part.chunks
      yield* chunks
      for (const chunk of chunks) this.#buffers.giveBack(chunk)
      this.#fetched.shift()
      this.#heldBytes -= part.end - part.start
      this.#fill()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#next = null
    this.#stop.abort(new Error('the restore has ended'))
    await Promise.allSettled(this.#fetched.map((part) => part.chunks))
  }

  #takePart(): Part | null {
    const step = this.#parts.next()
    return step.done === true ? null : step.value
  }

  #fill(): void {
    for (let part = this.#next; part !== null && this.#hasRoom(part); part = this.#next) {
      this.#heldBytes += part.end - part.start
      this.#requests++
      const chunks = this.#request(part).finally(() => {
        this.#requests--
        this.#fill()
      })
      chunks.catch(() => {}) // thrown when its turn comes
      this.#fetched.push({ ...part, chunks })
      this.#next = this.#takePart()
    }
  }

  #hasRoom(part: Part): boolean {
    const { requestsMax, heldBytesMax } = this.#settings
    if (this.#heldBytes === 0) return true
    return this.#requests < requestsMax && this.#heldBytes + (part.end - part.start) <= heldBytesMax
  }

  async #request({ file, start, end }: Part): Promise<Uint8Array[]> {
    const chunks: Uint8Array[] = []
    const buffer = (bytes: number): Uint8Array => this.#buffers.take(bytes)
    let offset = start
    let emptyReads = 0
    while (offset < end) {
      const before = offset
      try {
        const range = { start: offset, end, buffer, signal: this.#signal }
        for await (const chunk of resumeRead(this.#client, this.#env, file, range)) {
          offset += chunk.length
          chunks.push(chunk)
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
    return chunks
  }
}

function* partsOf(files: readonly FileInfo[], partBytes: number): Generator<Part, void, undefined> {
  for (const file of files) {
    for (let start = 0; start < file.size; start += partBytes) {
      yield { file, start, end: Math.min(start + partBytes, file.size) }
    }
  }
}
