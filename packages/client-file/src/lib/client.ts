import {
  checkLevel,
  ClientError,
  describeFile,
  LEVEL_MAX,
  toClientError,
  translating,
  translatingEach,
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
import { systemErrorCode } from '@ltx/env'
import { formatFileName, parseFileName } from '@ltx/format'
import { levelPath, prepareLevel } from './connect.ts'
import { diagnose, diagnoseRead } from './errors.ts'
import { pathFromFileUrl } from './file-url.ts'
import { listLegacy } from './legacy.ts'
import { listLevel, namesIn } from './list.ts'
import { checkOptions, type FileClientOptions, type FileSettings } from './options.ts'
import { readRange } from './read.ts'
import { writeReplicaFile } from './write.ts'

/** A part of a file is small up to this. */
const SMALL_BYTES_MAX = 256 * 1024

/** Files deleted at once. */
const DELETES_MAX = 16

/**
 * A replica in a directory of this machine, or of a mounted file system: `<path>/ltx/<level>/<min>-<max>.ltx`, as Litestream has it.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function fileClient(options: FileClientOptions): ReplicaClient {
  return new FileReplica(checkOptions(options))
}

/**
 * The same from a URL, as `file:///backup/app`; what it means exactly is told at `pathFromFileUrl`.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`
 */
export function fileClientFromUrl(url: string, options: Omit<FileClientOptions, 'path'>): ReplicaClient {
  return fileClient({ ...options, path: pathFromFileUrl(url) })
}

class FileReplica implements ReplicaClient {
  readonly type = 'file'
  readonly url: string
  readonly abilities: Abilities = { createOnly: true, listsExactTimestamps: true, listingSeek: false }
  readonly legacy: LegacyFiles
  readonly #settings: FileSettings
  /** Directories that are made and swept, by level. */
  readonly #prepared: Map<number, Promise<string>> = new Map()
  #closed = false

  constructor(settings: FileSettings) {
    this.#settings = settings
    this.url = settings.root.startsWith('/') ? `file://${settings.root}` : `file:${settings.root}`
    const { files } = settings.env
    this.legacy = {
      list: (options = {}) => {
        const objects = listLegacy(files, settings.root, options)
        return this.#whileOpen('list old backups', diagnose, options.signal, objects)
      },
      read: (path, options = {}) => {
        const chunks = readRange(files, `${settings.root}/${path}`, options)
        return this.#whileOpen(`read old backup ${path}`, diagnoseRead, options.signal, chunks)
      },
    }
  }

  async init(options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    const { env, root } = this.#settings
    await translating(`open the replica in ${root}`, diagnose, options.signal, async () => {
      const stat = await env.files.stat(root)
      if (stat !== null && stat.kind !== 'directory') {
        throw new ClientError('CLIENT_BAD_OPTIONS', `${root} is a file, a replica is a directory`)
      }
    })
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    const { env, near } = this.#settings
    const path = levelPath(this.#settings, level)
    const listed = listLevel(env.files, path, level, options, near ?? env.files)
    yield* this.#whileOpen(`list level ${level}`, diagnose, options.signal, listed)
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { env, near } = this.#settings
    const isSmall = (options.end ?? Infinity) - (options.start ?? 0) <= SMALL_BYTES_MAX
    const files = isSmall && near !== null ? near : env.files
    const chunks = readRange(files, this.#pathOf(file), options)
    yield* this.#whileOpen(`read ${describeFile(file)}`, diagnoseRead, options.signal, chunks)
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    checkLevel(file.level)
    this.#checkOpen(options.signal)
    try {
      return await writeReplicaFile(this.#settings, file, source, options, () => this.#prepare(file.level))
    } catch (error) {
      this.#prepared.delete(file.level) // the directory may be gone: the next write makes it again
      throw error
    }
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
    for (const file of files) checkLevel(file.level)
    const failed: { readonly file: FileKey; readonly error: unknown }[] = []
    const levels = new Set<number>()
    for (let start = 0; start < files.length; start += DELETES_MAX) {
      this.#checkOpen(options.signal)
      await Promise.all(
        files.slice(start, start + DELETES_MAX).map(async (file) => {
          levels.add(file.level)
          try {
            await this.#settings.env.files.remove(this.#pathOf(file))
          } catch (error) {
            failed.push({ file, error })
          }
        }),
      )
    }
    const [first] = failed
    if (first !== undefined) {
      const what = `delete ${failed.length} of ${files.length} files, ${describeFile(first.file)} among them`
      const remaining = failed.map(({ file }) => file)
      throw toClientError(first.error, what, (error) => ({ ...diagnose(error), files: remaining }))
    }
    for (const level of levels) await this.#syncLevel(level, options.signal)
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    for (let level = 0; level <= LEVEL_MAX; level++) {
      this.#checkOpen(options.signal)
      const names = await translating(`list level ${level}`, diagnose, options.signal, () =>
        namesIn(this.#settings.env.files, levelPath(this.#settings, level)),
      )
      const keys = names.map((name) => parseFileName(name)).filter((name) => name !== null)
      await this.deleteFiles(
        keys.map((name) => ({ level, ...name })),
        options,
      )
    }
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Once per level, whoever asks first. */
  #prepare(level: number): Promise<string> {
    const prepared = this.#prepared.get(level) ?? prepareLevel(this.#settings, level)
    this.#prepared.set(level, prepared)
    return prepared
  }

  async #syncLevel(level: number, signal: AbortSignal | undefined): Promise<void> {
    await translating(`make deletes in level ${level} durable`, diagnose, signal, async () => {
      try {
        await this.#settings.env.files.syncDirectory(levelPath(this.#settings, level))
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOENT') throw error
      }
    })
  }

  async *#whileOpen<Item>(
    what: string,
    diagnosis: typeof diagnose,
    signal: AbortSignal | undefined,
    items: AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    this.#checkOpen(signal)
    for await (const item of translatingEach(what, diagnosis, signal, items)) {
      yield item
      this.#checkOpen(signal)
    }
  }

  #pathOf(file: FileKey): string {
    return `${levelPath(this.#settings, file.level)}/${formatFileName(file.minTXID, file.maxTXID)}`
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new ClientError('CLIENT_CLOSED', 'the file client is closed')
  }
}
