import {
  checkLevel,
  ClientError,
  describeFile,
  formatReplicaPath,
  isClientError,
  LEVEL_MAX,
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
import { diagnose } from './errors.ts'
import { listLegacy, listLevel } from './list.ts'
import { checkOptions, type AbsClientOptions, type AbsSettings } from './options.ts'
import { readBlob } from './read.ts'
import { SeekProof } from './seek-proof.ts'
import { writeReplicaFile } from './write.ts'

/** Blobs deleted at once. */
const DELETES_MAX = 32

/**
 * A replica in Azure Blob Storage: `<path>/ltx/<level>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function absClient(options: AbsClientOptions): ReplicaClient {
  if (options.sasToken && options.accountKey) {
    options.env.logger.log('warn', 'there is a SAS token and an account key: the token is used')
  }
  return new AbsReplica(checkOptions(options))
}

class AbsReplica implements ReplicaClient {
  readonly type = 'abs'
  readonly url: string
  readonly legacy: LegacyFiles
  readonly #connection: Connection
  readonly #settings: AbsSettings
  readonly #prefix: string
  readonly #seek: SeekProof = new SeekProof()
  #probed = false
  #closed = false

  constructor(settings: AbsSettings) {
    this.#settings = settings
    this.#prefix = settings.prefix
    this.#connection = new Connection(settings)
    const account = settings.account === undefined ? '' : `${settings.account}@`
    this.url = `abs://${account}${settings.container}/${settings.prefix.replace(/\/$/, '')}`
    this.legacy = {
      list: (options = {}) =>
        this.#whileOpen('list the old replicas', options, () => listLegacy(this.#connection, options)),
      read: (path, options = {}) =>
        this.#whileOpen(`read ${path}`, options, () =>
          readBlob(this.#connection, `${this.#prefix}${path}`, `read ${path}`, options),
        ),
    }
  }

  get abilities(): Abilities {
    return {
      createOnly: true,
      listsExactTimestamps: true,
      listingSeek: this.#seek.outcome === 'right',
    }
  }

  async init(options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    if (this.#probed) return
    await this.#probe(options)
    this.#probed = true
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    yield* this.#whileOpen(`list level ${level}`, options, () =>
      listLevel(this.#connection, level, options, this.#seek),
    )
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const name = this.#nameOf(file)
    const what = `read ${describeFile(file)}`
    yield* this.#whileOpen(what, options, () => readBlob(this.#connection, name, what, options))
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#checkOpen(options.signal)
    const context = {
      connection: this.#connection,
      client: this,
      checkOpen: () => this.#checkOpen(options.signal),
    }
    return await writeReplicaFile(context, file, source, options)
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    for (const file of files) checkLevel(file.level)
    const failed: { readonly file: FileKey; readonly error: unknown }[] = []
    for (let start = 0; start < files.length; start += DELETES_MAX) {
      this.#checkOpen(options.signal)
      await Promise.all(
        files.slice(start, start + DELETES_MAX).map(async (file) => {
          await this.#delete(file, options).catch((error: unknown) => failed.push({ file, error }))
        }),
      )
    }
    options.signal?.throwIfAborted()
    const [first] = failed
    if (first === undefined) return
    const what = `delete ${failed.length} of ${files.length} files, ${describeFile(first.file)} among them`
    const { code, advice, message } = this.#asClientError(first.error, what)
    const cause = isClientError(first.error) ? (first.error.cause ?? first.error) : first.error
    throw new ClientError(code, `cannot ${what}: ${message}`, {
      cause,
      advice,
      files: failed.map(({ file }) => file),
    })
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    for (let level = 0; level <= LEVEL_MAX; level++) {
      this.#checkOpen(options.signal)
      let batch: FileKey[] = []
      for await (const file of this.listFiles(level, options)) {
        batch.push(file)
        if (batch.length < DELETES_MAX) continue
        await this.deleteFiles(batch, options)
        batch = []
      }
      await this.deleteFiles(batch, options)
    }
  }

  async serverTimeMs(options: CallOptions = {}): Promise<number | null> {
    this.#checkOpen(options.signal)
    return await this.#probe(options)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The cheapest request there is. Returns Azure's time. */
  async #probe({ signal }: CallOptions): Promise<number | null> {
    const query = { prefix: `${this.#prefix}ltx/`, sizeMax: 1, signal }
    return (await this.#connection.list('look into the container', query)).serverMs
  }

  async #delete(file: FileKey, options: CallOptions): Promise<void> {
    await this.#connection.remove(`delete ${describeFile(file)}`, this.#nameOf(file), options)
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
      throw this.#asClientError(error, what)
    }
  }

  #asClientError(error: unknown, what: string): ClientError {
    return toClientError(error, what, (native) => diagnose(native, this.#settings.env.clock.wallMs()))
  }

  #nameOf(file: FileKey): string {
    return `${this.#prefix}${formatReplicaPath('decimal', file)}`
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new ClientError('CLIENT_CLOSED', 'the abs client is closed')
  }
}
