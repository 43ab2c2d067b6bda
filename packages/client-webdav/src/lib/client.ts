import {
  checkLevel,
  ClientError,
  describeFile,
  formatReplicaPath,
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
import { Collections } from './collections.ts'
import { Connection } from './connect.ts'
import { deleteEach, deleteReplica } from './delete.ts'
import { diagnose } from './errors.ts'
import { asCollection, entryAt } from './find-entries.ts'
import { listLegacy, listLevel } from './list.ts'
import { checkOptions, type WebdavClientOptions, type WebdavSettings } from './options.ts'
import { Publisher } from './publish.ts'
import { readPath } from './read.ts'
import { writeReplicaFile } from './write.ts'

/**
 * A replica on a WebDAV server: `<url>/<path>/ltx/<level>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function webdavClient(options: WebdavClientOptions): ReplicaClient {
  return new WebdavReplica(checkOptions(options))
}

class WebdavReplica implements ReplicaClient {
  readonly type = 'webdav'
  readonly url: string
  readonly legacy: LegacyFiles
  readonly #connection: Connection
  readonly #collections: Collections
  readonly #publisher: Publisher
  readonly #traits = { lengthNeeded: false }
  readonly #swept: Set<number> = new Set()
  #probed = false
  #closed = false

  constructor(settings: WebdavSettings) {
    this.#connection = new Connection(settings)
    this.#collections = new Collections(this.#connection)
    this.#publisher = new Publisher(this.#connection)
    this.url = this.#connection.urlOf(settings.root).href.replace(/^http/, 'webdav')
    this.legacy = {
      list: (options = {}) =>
        this.#whileOpen('list the old replicas', options, () => listLegacy(this.#connection, options)),
      read: (path, options = {}) =>
        this.#whileOpen(`read ${path}`, options, () =>
          readPath(this.#connection, this.#connection.at(path), `read ${path}`, options),
        ),
    }
  }

  get abilities(): Abilities {
    return { createOnly: this.#publisher.createOnly, listsExactTimestamps: false, listingSeek: false }
  }

  async init(options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    if (this.#probed) return
    await this.#probe(options)
    this.#probed = true
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    yield* this.#whileOpen(`list level ${level}`, options, () => listLevel(this.#connection, level, options))
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const path = this.#connection.at(formatReplicaPath('decimal', file))
    const what = `read ${describeFile(file)}`
    yield* this.#whileOpen(what, options, () => readPath(this.#connection, path, what, options))
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#checkOpen(options.signal)
    const context = {
      connection: this.#connection,
      client: this,
      collections: this.#collections,
      publisher: this.#publisher,
      traits: this.#traits,
      swept: this.#swept,
    }
    return await writeReplicaFile(context, file, source, options)
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    for (const file of files) checkLevel(file.level)
    await deleteEach(this.#connection, files, options)
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    await deleteReplica(this.#connection, this.#collections, options)
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    this.#checkOpen(options.signal)
    await this.#probe(options)
    return this.#connection.serverMs
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The cheapest request there is. The replica itself need not be there yet. */
  async #probe(options: CallOptions): Promise<void> {
    const path = asCollection(this.#connection.settings.root)
    await entryAt(this.#connection, "look at the replica's path", path, options)
  }

  /** Items as long as the client is open, every failure as a `ClientError`. */
  async *#whileOpen<Item>(
    what: string,
    { signal }: CallOptions,
    open: () => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    this.#checkOpen(signal)
    try {
      for await (const item of open()) {
        yield item
        this.#checkOpen(undefined) // the signal is looked at by the request, which has to report it
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw toClientError(error, what, diagnose)
    }
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new ClientError('CLIENT_CLOSED', 'the webdav client is closed')
  }
}
