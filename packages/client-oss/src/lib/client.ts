import {
  checkLevel,
  describeFile,
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
import { Connection } from './connect.ts'
import { deleteAllObjects, deleteObjects } from './delete.ts'
import { objectKey } from './keys.ts'
import { legacyFiles } from './legacy.ts'
import { listLevel } from './list.ts'
import {
  badOptions,
  checkOptions,
  NO_SLASH_FIRST,
  type OssClientOptions,
  type OssSettings,
} from './options.ts'
import { expectBucket, readObject } from './read.ts'
import { Writer } from './write.ts'

/**
 * A replica in Alibaba Cloud OSS: `<path>/<level as four hex digits>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function ossClient(options: OssClientOptions): ReplicaClient {
  return new OssReplica(checkOptions(options))
}

class OssReplica implements ReplicaClient {
  readonly type = 'oss'
  readonly url: string
  readonly legacy: LegacyFiles
  readonly #settings: OssSettings
  readonly #connection: Connection
  readonly #writer: Writer
  #isKnown = false

  constructor(settings: OssSettings) {
    this.#settings = settings
    this.#connection = new Connection(settings)
    this.#writer = new Writer(this.#connection, this)
    this.legacy = legacyFiles(this.#connection)
    this.url = `oss://${settings.bucket}/${settings.root.slice(0, -1)}`
  }

  /** `createOnly` until the bucket was seen to replace an object: one with versions does. */
  get abilities(): Abilities {
    const createOnly = this.#writer.createOnly.proof !== 'disproven'
    return { createOnly, listsExactTimestamps: false, listingSeek: true }
  }

  async init(options: CallOptions = {}): Promise<void> {
    this.#connection.checkOpen(options.signal)
    if (this.#isKnown) return
    if (this.#settings.root.startsWith('/')) throw badOptions(NO_SLASH_FIRST)
    await expectBucket(this.#connection, `look into the bucket ${this.#settings.bucket}`, options)
    this.#isKnown = true
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    yield* this.#whileOpen(`list level ${level}`, options, () => listLevel(this.#connection, level, options))
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const key = objectKey(this.#settings, file)
    const what = `read ${describeFile(file)}`
    yield* this.#whileOpen(what, options, () => readObject(this.#connection, what, key, options))
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#connection.checkOpen(options.signal)
    return await this.#writer.write(file, source, options)
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    this.#connection.checkOpen(options.signal)
    for (const file of files) checkLevel(file.level)
    await deleteObjects(this.#connection, files, options)
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    await deleteAllObjects(this.#connection, options)
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    await expectBucket(this.#connection, 'ask for the time', options)
    return this.#connection.serverTimeMs
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
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
}
