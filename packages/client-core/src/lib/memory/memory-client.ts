import type { Clock } from '@ltx/env'
import type { Abilities } from '../abilities.ts'
import { ClientError, isClientError, translating, type Diagnosis } from '../errors.ts'
import type { LegacyFiles, LegacyObject } from '../legacy-files.ts'
import { listPages, type ListPage } from '../list-pages.ts'
import { peekHeader } from '../peek-header.ts'
import type {
  ByteSource,
  CallOptions,
  FileInfo,
  FileKey,
  ListOptions,
  ReadOptions,
  ReplicaClient,
  WriteOptions,
} from '../replica-client.ts'
import {
  checkLevel,
  compareFiles,
  describeFile,
  formatReplicaPath,
  parseReplicaPath,
} from '../replica-paths.ts'
import { equalBytes } from '../same-bytes.ts'
import { MemoryStorage, MemoryStorageError, type MemoryObject } from './memory-storage.ts'

/** Bytes of one chunk of a read. Small, so that tests see several. */
const CHUNK_BYTES = 64 * 1024

export interface MemoryClientOptions {
  /** With a clock, plain listings carry the time of writing, as S3's do; without one they carry the header's. */
  readonly clock?: Pick<Clock, 'wallMs'> | undefined
  /** Files of one page of a listing; 1000 when absent. */
  readonly pageSize?: number | undefined
  /** Shared with other clients; a new one when absent. */
  readonly storage?: MemoryStorage | undefined
}

export interface MemoryClient extends ReplicaClient {
  readonly storage: MemoryStorage
}

/** The reference client, and the shortest complete example of one. Keeps everything in memory. */
export function memoryClient(options: MemoryClientOptions = {}): MemoryClient {
  return new MemoryReplica(options)
}

class MemoryReplica implements MemoryClient {
  readonly type = 'memory'
  readonly url = 'memory://'
  readonly abilities: Abilities
  readonly storage: MemoryStorage
  readonly legacy: LegacyFiles = {
    list: (options = {}) => this.#listLegacy(options),
    read: (path, options = {}) => this.#read(path, `read old backup ${path}`, options),
  }
  readonly #clock: Pick<Clock, 'wallMs'> | undefined
  readonly #pageSize: number
  #closed = false

  constructor(options: MemoryClientOptions) {
    this.storage = options.storage ?? new MemoryStorage()
    this.#clock = options.clock
    this.#pageSize = options.pageSize ?? 1000
    this.abilities = {
      createOnly: true,
      listsExactTimestamps: options.clock === undefined,
      listingSeek: true,
    }
  }

  async init(options: CallOptions = {}): Promise<void> {
    this.#checkOpen(options.signal)
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    yield* listPages((token) => this.#listPage(level, token, options), options)
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#read(formatReplicaPath('decimal', file), `read ${describeFile(file)}`, options)
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    const path = formatReplicaPath('decimal', file)
    this.#checkOpen(options.signal)
    await using peeked = await peekHeader(file, source, options.signal)
    const bytes = await joined(peeked.body)
    const createdAtMs = peeked.header.timestampMs
    return await this.#call(`write ${describeFile(file)}`, 'put', options, () => {
      const existing = this.storage.objects.get(path)
      if (existing !== undefined && !equalBytes(existing.bytes, bytes)) {
        throw new ClientError('CLIENT_EXISTS', `${describeFile(file)} is there already, with other bytes`)
      }
      const writtenAtMs = this.#clock?.wallMs() ?? createdAtMs
      const object = existing ?? { bytes, createdAtMs, writtenAtMs, earliestAtMs: options.earliestAtMs }
      this.storage.objects.set(path, object)
      return fileInfo(file, object, object.createdAtMs)
    })
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    const paths = files.map((file) => formatReplicaPath('decimal', file))
    if (paths.length === 0) return this.#checkOpen(options.signal)
    try {
      await this.#call(`delete ${paths.length} files`, 'delete', options, () => {
        for (const path of paths) this.storage.objects.delete(path)
      })
    } catch (error) {
      if (!isClientError(error) || error.code === 'CLIENT_CLOSED') throw error
      throw new ClientError(error.code, `cannot delete ${paths.length} files`, { cause: error.cause, files })
    }
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    await this.#call('delete every file', 'delete', options, () => {
      for (const path of this.storage.paths()) {
        if (parseReplicaPath('decimal', path) !== null) this.storage.objects.delete(path)
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The token is the path of the last file of the page before. */
  async #listPage(level: number, token: string | null, options: ListOptions): Promise<ListPage<FileInfo>> {
    checkLevel(level)
    return await this.#call(`list level ${level}`, 'list', options, () => {
      const found: FileInfo[] = []
      for (const [path, object] of this.storage.objects) {
        const file = parseReplicaPath('decimal', path)
        if (file === null || file.level !== level || (token !== null && path <= token)) continue
        if (options.from !== undefined && file.minTXID < options.from) continue
        const exact = this.#clock === undefined || options.exactTimestamps === true
        found.push(fileInfo(file, object, exact ? object.createdAtMs : object.writtenAtMs))
      }
      found.sort(compareFiles)
      const items = found.slice(0, this.#pageSize)
      const last = items.at(-1)
      const more = found.length > items.length && last !== undefined
      return { items, next: more ? formatReplicaPath('decimal', last) : null }
    })
  }

  async *#read(
    path: string,
    what: string,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { bytes } = await this.#call(what, 'get', options, () => this.#stored(path))
    const end = Math.min(options.end ?? bytes.length, bytes.length)
    for (let start = options.start ?? 0; start < end; start += CHUNK_BYTES) {
      this.#checkOpen(options.signal)
      yield bytes.slice(start, Math.min(start + CHUNK_BYTES, end))
    }
  }

  async *#listLegacy(options: CallOptions): AsyncGenerator<LegacyObject, void, undefined> {
    const paths = await this.#call('list old backups', 'list', options, () => this.storage.paths())
    for (const path of paths.filter((each) => each.startsWith('generations/'))) {
      this.#checkOpen(options.signal)
      const { bytes, writtenAtMs } = this.#stored(path)
      yield { path, size: bytes.length, modifiedAtMs: writtenAtMs }
    }
  }

  #stored(path: string): MemoryObject {
    const object = this.storage.objects.get(path)
    if (object === undefined) throw new MemoryStorageError(404)
    return object
  }

  /** One request: the part of `act` happens at one moment, as a server would see it. */
  async #call<Result>(
    what: string,
    kind: keyof MemoryStorage['requests'],
    options: CallOptions,
    act: () => Result,
  ): Promise<Result> {
    this.#checkOpen(options.signal)
    return await translating(what, diagnose, options.signal, async () => {
      await this.storage.request(kind)
      this.#checkOpen(options.signal)
      return act()
    })
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new ClientError('CLIENT_CLOSED', 'the client is closed')
  }
}

function diagnose(error: unknown): Diagnosis {
  const status = error instanceof MemoryStorageError ? error.status : 0
  if (status === 404) return { code: 'CLIENT_NOT_FOUND' }
  if (status === 403) return { code: 'CLIENT_DENIED' }
  if (status === 429) return { code: 'CLIENT_BUSY' }
  if (status === 503) return { code: 'CLIENT_UNREACHABLE' }
  if (status === 507) return { code: 'CLIENT_FULL' }
  return { code: 'CLIENT_UNEXPECTED' }
}

function fileInfo(file: FileKey, object: MemoryObject, createdAtMs: number): FileInfo {
  const { level, minTXID, maxTXID } = file
  const { earliestAtMs } = object
  return { level, minTXID, maxTXID, size: object.bytes.length, createdAtMs, earliestAtMs }
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    parts.push(chunk.slice())
    size += chunk.length
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
