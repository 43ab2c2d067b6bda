import type { CallOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { chunkSubject, type ObjectMeta } from './object-meta.ts'
import { pullMessages } from './pull.ts'
import { waitFor } from './wait-for.ts'

/** Objects whose chunks are remembered, the last that were asked for. */
const OBJECTS_MAX = 8

/** Where a chunk is. */
export interface ChunkPlace {
  /** Of its message in the stream. */
  readonly sequence: number
  /** Of its first byte in the object. */
  readonly offset: number
  /** Chunks from this one on. */
  readonly rest: number
}

interface Places {
  readonly sequences: readonly number[]
  readonly offsets: readonly number[]
}

/**
 * Finds the chunk that a byte is in. The store has no index, and Litestream's chunks have any size: their sizes are asked for, without
 * their bytes, and remembered for a few objects. Chunks never change under their nuid.
 */
export class ChunkMap {
  readonly #connection: Connection
  readonly #known = new Map<string, Promise<Places | null>>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** The chunk that `start` is in; `null` when chunks of the object are missing. */
  async find(
    object: ObjectMeta,
    start: number,
    what: string,
    options: CallOptions,
  ): Promise<ChunkPlace | null> {
    const places = await this.#placesOf(object, what, options)
    if (places === null) return null
    const { sequences, offsets } = places
    let [low, high] = [0, offsets.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((offsets[middle] ?? Infinity) <= start) low = middle
      else high = middle - 1
    }
    return { sequence: sequences[low] ?? 0, offset: offsets[low] ?? 0, rest: sequences.length - low }
  }

  async #placesOf(object: ObjectMeta, what: string, { signal }: CallOptions): Promise<Places | null> {
    const { nuid } = object
    const places = this.#known.get(nuid) ?? this.#ask(object, what) // shared by all who read this object now
    this.#known.delete(nuid)
    this.#known.set(nuid, places) // the last asked for is the last to go
    const [oldest] = this.#known.keys()
    if (this.#known.size > OBJECTS_MAX && oldest !== undefined) this.#known.delete(oldest)
    let found: Places | null = null
    try {
      found = await waitFor(places, signal)
    } finally {
      if (found === null && signal?.aborted !== true && this.#known.get(nuid) === places)
        this.#known.delete(nuid)
    }
    return found
  }

  async #ask({ nuid, chunks: count, size: bytes }: ObjectMeta, what: string): Promise<Places | null> {
    const subject = chunkSubject(this.#connection.settings.bucket, nuid)
    const sequences: number[] = []
    const offsets: number[] = []
    let offset = 0
    const sizes = pullMessages(this.#connection, { kind: 'HEAD', what, subject, count, sizesOnly: true })
    for await (const { size, sequence } of sizes) {
      sequences.push(sequence)
      offsets.push(offset)
      offset += size
    }
    return sequences.length === count && offset === bytes ? { sequences, offsets } : null
  }
}
