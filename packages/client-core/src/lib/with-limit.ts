import type {
  ByteSource,
  CallOptions,
  FileInfo,
  FileKey,
  ListOptions,
  ReadOptions,
  ReplicaClient,
  WriteOptions,
} from './replica-client.ts'
import { Slots } from './slots.ts'

export interface LimitSettings {
  /** Listings and reads that wait for the storage at the same time. */
  readonly readsMax: number
  /** Writes and deletes under way at the same time. */
  readonly writesMax: number
}

/**
 * The same client with bounded concurrency; what is too much waits its turn. A listing or a read counts only while it waits for its
 * next item: a restore holds nine listings open, a compaction all its inputs, and idle ones must not starve the one that is needed.
 * Reads and writes are counted apart, because the source of a write may itself read from this client.
 */
export function withLimit(client: ReplicaClient, settings: LimitSettings): ReplicaClient {
  return new LimitedClient(client, settings)
}

class LimitedClient implements ReplicaClient {
  readonly type: string
  readonly url: string
  readonly #client: ReplicaClient
  readonly #reads: Slots
  readonly #writes: Slots

  constructor(client: ReplicaClient, settings: LimitSettings) {
    this.type = client.type
    this.url = client.url
    this.#client = client
    this.#reads = new Slots(settings.readsMax)
    this.#writes = new Slots(settings.writesMax)
  }

  get abilities(): ReplicaClient['abilities'] {
    return this.#client.abilities
  }

  get legacy(): ReplicaClient['legacy'] {
    return this.#client.legacy
  }

  async init(options: CallOptions = {}): Promise<void> {
    await this.#reads.use(options.signal, () => this.#client.init(options))
  }

  listFiles(level: number, options: ListOptions = {}): AsyncIterable<FileInfo> {
    return eachWithSlot(this.#reads, options.signal, this.#client.listFiles(level, options))
  }

  readFile(file: FileKey, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return eachWithSlot(this.#reads, options.signal, this.#client.readFile(file, options))
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    return await this.#writes.use(options.signal, () => this.#client.writeFile(file, source, options))
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    await this.#writes.use(options.signal, () => this.#client.deleteFiles(files, options))
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    await this.#writes.use(options.signal, () => this.#client.deleteAll(options))
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    return await this.#reads.use(
      options.signal,
      async () => (await this.#client.serverTimeMs?.(options)) ?? null,
    )
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

async function* eachWithSlot<Item>(
  slots: Slots,
  signal: AbortSignal | undefined,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (;;) {
      const step = await slots.use(signal, () => iterator.next())
      if (step.done === true) return
      yield step.value
    }
  } finally {
    await iterator.return?.()
  }
}
