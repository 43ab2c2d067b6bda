import {
  checkLevel,
  ClientError,
  describeFile,
  formatReplicaPath,
  isClientError,
  toClientError,
  type Abilities,
  type ByteSource,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type LegacyFiles,
  type ListOptions,
  type ReadOptions,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import { ChunkMap } from './chunk-map.ts'
import { Connection } from './connect.ts'
import { listFilesOfAllLevels, listLegacy, listLevel } from './list.ts'
import { findObject, removeObject } from './objects.ts'
import type { ObjectMeta } from './object-meta.ts'
import { checkOptions, type NatsClientOptions, type NatsSettings } from './options.ts'
import { readObject, type ReadContext } from './read.ts'
import { sweepChunks } from './sweep-chunks.ts'
import { writeReplicaFile } from './write.ts'

/** Objects deleted at once: each takes some requests. */
const DELETES_MAX = 32

/**
 * A replica in a NATS JetStream object store: objects `ltx/<level>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function natsClient(options: NatsClientOptions): ReplicaClient {
  return new NatsReplica(checkOptions(options))
}

/** A file to delete, and its object where that is known. */
interface Doomed {
  readonly file: FileKey
  readonly object?: ObjectMeta
}

class NatsReplica implements ReplicaClient {
  readonly type = 'nats'
  readonly url: string
  readonly abilities: Abilities = { createOnly: true, listsExactTimestamps: true, listingSeek: false }
  readonly legacy: LegacyFiles
  readonly #connection: Connection
  readonly #context: ReadContext
  readonly #prefix: string
  #hasSwept = false

  constructor(settings: NatsSettings) {
    const { server, bucket, prefix } = settings
    this.#prefix = prefix
    this.#connection = new Connection(settings)
    this.#context = { connection: this.#connection, chunkMap: new ChunkMap(this.#connection) }
    this.url = `${server}/${bucket}${prefix === '' ? '' : `/${prefix.slice(0, -1)}`}`
    this.legacy = {
      list: (options = {}) =>
        this.#whileOpen('list the old replicas', options, () => listLegacy(this.#context, options)),
      read: (path, options = {}) =>
        this.#whileOpen(`read ${path}`, options, () =>
          readObject(this.#context, `${prefix}${path}`, `read ${path}`, options),
        ),
    }
  }

  async init({ signal }: CallOptions = {}): Promise<void> {
    await this.#connection.open('connect', signal)
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    yield* this.#whileOpen(`list level ${level}`, options, () => listLevel(this.#context, level, options))
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const name = this.#nameOf(file)
    const what = `read ${describeFile(file)}`
    yield* this.#whileOpen(what, options, () => readObject(this.#context, name, what, options))
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#connection.checkOpen(options.signal)
    const written = await writeReplicaFile(this.#connection, file, source, options)
    if (!this.#hasSwept) this.#connection.tidy(() => sweepChunks(this.#connection))
    this.#hasSwept = true
    return written
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    this.#connection.checkOpen(options.signal)
    for (const file of files) checkLevel(file.level)
    await this.#deleteEach(
      files.map((file) => ({ file })),
      options,
    )
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    const doomed: Doomed[] = []
    for await (const each of this.#whileOpen('list all files', options, () =>
      listFilesOfAllLevels(this.#context, options),
    )) {
      doomed.push(each)
    }
    await this.#deleteEach(doomed, options)
  }

  async serverTimeMs({ signal }: CallOptions = {}): Promise<number | null> {
    const { ts } = await this.#connection.request('HEAD', 'ask for the time', { signal }, ({ manager }) =>
      manager.streams.info(this.#connection.stream),
    )
    const timeMs = Date.parse(ts ?? '')
    return Number.isNaN(timeMs) ? null : timeMs
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Goes on after a failure; what remains is named in the error. */
  async #deleteEach(doomed: readonly Doomed[], options: CallOptions): Promise<void> {
    const failed: { readonly file: FileKey; readonly error: unknown }[] = []
    for (let start = 0; start < doomed.length; start += DELETES_MAX) {
      this.#connection.checkOpen(options.signal)
      await Promise.all(
        doomed.slice(start, start + DELETES_MAX).map(async (each) => {
          await this.#delete(each, options).catch((error: unknown) => failed.push({ file: each.file, error }))
        }),
      )
    }
    options.signal?.throwIfAborted()
    const [first] = failed
    if (first === undefined) return
    const what = `delete ${failed.length} of ${doomed.length} files, ${describeFile(first.file)} among them`
    const { code, advice, message } = toClientError(first.error, what, (error) =>
      this.#connection.diagnose(error),
    )
    const cause = isClientError(first.error) ? (first.error.cause ?? first.error) : first.error
    const files = failed.map(({ file }) => file)
    throw new ClientError(code, `cannot ${what}: ${message}`, { cause, advice, files })
  }

  async #delete({ file, object }: Doomed, options: CallOptions): Promise<void> {
    const what = `delete ${describeFile(file)}`
    const found = object ?? (await findObject(this.#connection, what, this.#nameOf(file), options))
    if (found !== null && !found.deleted) await removeObject(this.#connection, what, found, options)
  }

  /** Items as long as the client is open, every failure as a `ClientError`. */
  async *#whileOpen<Item>(
    what: string,
    { signal }: CallOptions,
    open: () => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    this.#connection.checkOpen(signal)
    try {
      for await (const item of open()) {
        yield item
        this.#connection.checkOpen(signal)
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw toClientError(error, what, (each) => this.#connection.diagnose(each))
    }
  }

  #nameOf(file: FileKey): string {
    return `${this.#prefix}${formatReplicaPath('decimal', file)}`
  }
}
