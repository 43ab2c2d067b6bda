import {
  checkLevel,
  ClientError,
  describeFile,
  formatReplicaPath,
  isClientError,
  LEVEL_MAX,
  levelDirectory,
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
import { Connection } from './connection.ts'
import { removeIfEmpty } from './directories.ts'
import { diagnose, diagnoseRead, hasStatus, SftpConnectionError, STATUS } from './errors.ts'
import { listLegacy } from './legacy.ts'
import { levelEntries, listLevel } from './list.ts'
import { checkOptions, type SftpClientOptions, type SftpSettings } from './options.ts'
import { Publisher } from './publish.ts'
import { readRange } from './read.ts'
import { writeReplicaFile } from './write.ts'

/** Files deleted at once. */
const DELETES_MAX = 32

/**
 * A replica on an SFTP server: `<path>/ltx/<level>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function sftpClient(options: SftpClientOptions): ReplicaClient {
  return new SftpReplica(checkOptions(options))
}

class SftpReplica implements ReplicaClient {
  readonly type = 'sftp'
  readonly url: string
  readonly legacy: LegacyFiles
  readonly #settings: SftpSettings
  readonly #connection: Connection
  readonly #publisher: Publisher
  readonly #swept: Set<number> = new Set()
  #looked = false
  #closed = false

  constructor(settings: SftpSettings) {
    this.#settings = settings
    this.#connection = new Connection(settings)
    this.#publisher = new Publisher(settings.env.logger)
    this.url = urlOf(settings)
    this.legacy = {
      list: (options = {}) => this.#whileOpen(options, () => listLegacy(this.#connection, options)),
      read: (path, options = {}) => this.#read(`read ${path}`, path, options),
    }
  }

  get abilities(): Abilities {
    return { createOnly: this.#publisher.createOnly, listsExactTimestamps: false, listingSeek: false }
  }

  async init({ signal }: CallOptions = {}): Promise<void> {
    this.#checkOpen(signal)
    if (this.#looked) return
    const root = this.#settings.prefix.slice(0, -1)
    await this.#connection.call({ kind: 'HEAD', what: `connect to ${this.url}`, signal }, async (session) => {
      const stat = await session.stat(root === '' ? '.' : root).catch((error: unknown) => {
        if (hasStatus(error, STATUS.noSuchFile)) return null // the first write makes it
        throw error
      })
      if (stat === null || stat.kind === 'directory') return
      throw new SftpConnectionError('options', `${root} on the server is a file, a replica is a directory`)
    })
    this.#looked = true
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    yield* this.#whileOpen(options, () => listLevel(this.#connection, level, options))
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#read(`read ${describeFile(file)}`, formatReplicaPath('decimal', file), options)
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#checkOpen(options.signal)
    const context = {
      connection: this.#connection,
      publisher: this.#publisher,
      swept: this.#swept,
      client: this,
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
    const { code, advice, message } = toClientError(first.error, what, diagnose)
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
      const found = await levelEntries(this.#connection, level, options)
      await this.deleteFiles(
        found.map(({ file }) => file),
        options,
      )
    }
    await this.#removeDirectories(options)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #delete(file: FileKey, { signal }: CallOptions): Promise<void> {
    const path = `${this.#settings.prefix}${formatReplicaPath('decimal', file)}`
    const call = { kind: 'DELETE', what: `delete ${describeFile(file)}`, signal } as const
    await this.#connection.call(call, async (session) => {
      await session.remove(path).catch((error: unknown) => {
        if (!hasStatus(error, STATUS.noSuchFile)) throw error
      })
    })
  }

  /** Those that are empty: of the levels, above them, and the replica's own. */
  async #removeDirectories({ signal }: CallOptions): Promise<void> {
    const { prefix } = this.#settings
    const levels = Array.from({ length: LEVEL_MAX + 1 }, (_, level) => levelDirectory('decimal', level))
    const root = prefix.slice(0, -1)
    await this.#connection.call(
      { kind: 'DELETE', what: 'remove empty directories', signal },
      async (session) => {
        await Promise.all(levels.map((level) => removeIfEmpty(session, `${prefix}${level}`)))
        await removeIfEmpty(session, `${prefix}ltx`)
        if (root !== '') await removeIfEmpty(session, root)
      },
    )
  }

  #read(what: string, path: string, options: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal } = options
    return this.#whileOpen(options, () =>
      this.#connection.each({ kind: 'GET', what, signal, diagnose: diagnoseRead }, (session, counted) =>
        readRange(session, `${this.#settings.prefix}${path}`, options, counted),
      ),
    )
  }

  async *#whileOpen<Item>(
    { signal }: CallOptions,
    open: () => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    this.#checkOpen(signal)
    for await (const item of open()) {
      yield item
      this.#checkOpen(undefined) // the signal is looked at by the request, which has to report it
    }
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new ClientError('CLIENT_CLOSED', 'the sftp client is closed')
  }
}

/** A path that is relative to where one logs in has no URL: it is written like one that is not, with `~`. */
function urlOf({ host, port, user, prefix }: SftpSettings): string {
  const name = host.includes(':') ? `[${host}]` : host
  const path = prefix.replace(/\/$/, '')
  const place = port === 22 ? name : `${name}:${port}`
  return `sftp://${encodeURIComponent(user)}@${place}${prefix.startsWith('/') ? '' : '/~/'}${path}`
}
