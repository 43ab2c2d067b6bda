import {
  checkLevel,
  describeFile,
  expectOrder,
  isClientError,
  listInOrder,
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
import { listLevel, listPage } from './list.ts'
import { checkOptions, type S3ClientOptions, type S3Settings } from './options.ts'
import { readObject } from './read.ts'
import { Writer } from './write.ts'

/**
 * A replica in a bucket of S3, or of what speaks its language: `<path>/<level as four hex digits>/<min>-<max>.ltx`, as Litestream has
 * it. Opens nothing; the first call loads the SDK.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function s3Client(options: S3ClientOptions): ReplicaClient {
  return new S3Replica(checkOptions(options))
}

class S3Replica implements ReplicaClient {
  readonly type = 's3'
  readonly url: string
  readonly legacy: LegacyFiles
  readonly #settings: S3Settings
  readonly #connection: Connection
  readonly #writer: Writer

  constructor(settings: S3Settings) {
    this.#settings = settings
    this.#connection = new Connection(settings)
    this.#writer = new Writer(this.#connection, this)
    this.legacy = legacyFiles(this.#connection)
    this.url = publicUrl(settings)
  }

  get abilities(): Abilities {
    const { listsInOrder } = this.#settings
    return {
      createOnly: this.#writer.createOnly.holds,
      listsExactTimestamps: false,
      listingSeek: listsInOrder,
    }
  }

  async init(options: CallOptions = {}): Promise<void> {
    await this.#connection.open(options.signal)
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    this.#connection.checkOpen(options.signal)
    const files = listLevel(this.#connection, level, options)
    const ordered = this.#settings.listsInOrder
      ? expectOrder(files, options.from)
      : listInOrder(files, options.from)
    for await (const file of ordered) {
      yield file
      this.#connection.checkOpen(options.signal)
    }
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    this.#connection.checkOpen(options.signal)
    const key = objectKey(this.#settings, file)
    for await (const chunk of readObject(this.#connection, `read ${describeFile(file)}`, key, options)) {
      yield chunk
      this.#connection.checkOpen(options.signal)
    }
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#connection.checkOpen(options.signal)
    return await this.#writer.write(file, source, options)
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    for (const file of files) checkLevel(file.level)
    this.#connection.checkOpen(options.signal)
    await deleteObjects(this.#connection, files, options)
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    this.#connection.checkOpen(options.signal)
    await deleteAllObjects(this.#connection, options)
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    this.#connection.checkOpen(options.signal)
    if (this.#connection.serverTimeMs === null) {
      try {
        await listPage(
          this.#connection,
          'ask for the time',
          { prefix: this.#settings.root, token: null },
          options,
        )
      } catch (error) {
        if (this.#connection.serverTimeMs === null || !isClientError(error)) throw error // a refusal has a date, too
      }
    }
    return this.#connection.serverTimeMs
  }

  async close(): Promise<void> {
    this.#connection.refuse()
    await this.#writer.settled()
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The URL that means this place, as far as a URL can say it: `s3://bucket` is the path `.`, and `s3://bucket/` the empty one. */
function publicUrl({ bucket, root, endpoint }: S3Settings): string {
  const path = root === './' ? '' : root === '/' ? '/' : `/${root.slice(0, -1)}`
  const query = endpoint === null ? '' : `?endpoint=${endpoint.host}${endpoint.pathname.replace(/\/$/, '')}`
  return `s3://${bucket}${path}${query}`
}
