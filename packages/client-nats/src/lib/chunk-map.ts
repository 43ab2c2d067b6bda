import type { CallOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { chunkSubject, type ObjectMeta } from './object-meta.ts'
import { pullMessages } from './pull.ts'

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
  readonly #known = new Map<string, Places>()

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
    const known = this.#known.get(object.nuid)
    if (known !== undefined) {
      this.#known.delete(object.nuid)
      this.#known.set(object.nuid, known) // the last asked for is the last to go
      return known
    }
    const { chunks: count, nuid } = object
    const subject = chunkSubject(this.#connection.settings.bucket, nuid)
    const sequences: number[] = []
    const offsets: number[] = []
    let offset = 0
    const sizes = pullMessages(this.#connection, {
      kind: 'HEAD',
      what,
      subject,
      count,
      sizesOnly: true,
      signal,
    })
    for await (const { size, sequence } of sizes) {
      sequences.push(sequence)
      offsets.push(offset)
      offset += size
    }
    if (sequences.length !== count || offset !== object.size) return null
    const places = { sequences, offsets }
    this.#remember(nuid, places)
    return places
  }

  #remember(nuid: string, places: Places): void {
    this.#known.set(nuid, places)
    const [oldest] = this.#known.keys()
    if (this.#known.size > OBJECTS_MAX && oldest !== undefined) this.#known.delete(oldest)
  }
}
