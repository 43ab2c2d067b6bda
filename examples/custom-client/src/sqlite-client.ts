import Database from 'better-sqlite3'
import {
  checkLevel,
  ClientError,
  compareStored,
  describeFile,
  gatherChunks,
  LEVEL_MAX,
  listPages,
  peekHeader,
  translating,
  type ByteSource,
  type CallOptions,
  type ClientErrorCode,
  type Diagnosis,
  type FileInfo,
  type FileKey,
  type ListOptions,
  type ListPage,
  type ReadOptions,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { formatTxid, parseTxid } from '@ltx/format'

/**
 * An upload is chunks under a number of its own. It becomes a file when a row of `file` points to it, which is one statement: nobody
 * ever sees half a file, and of two writers of one name exactly one inserts that row.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS upload (id INTEGER PRIMARY KEY AUTOINCREMENT, begun_at_ms INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS chunk (
    upload INTEGER, start INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (upload, start)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS file (
    level INTEGER, min TEXT, max TEXT, upload INTEGER NOT NULL, size INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL, earliest_at_ms INTEGER, PRIMARY KEY (level, min, max)
  ) WITHOUT ROWID;`

/** TXIDs are kept as sixteen hex digits, which sort as they should; SQLite's integers end at 2^63-1. */
const IS_FILE = 'level = ? AND min = ? AND max = ?'
const PAGE_FILES = 100
/** One row, one commit, one sync of the disk: not for every few bytes. */
const CHUNK_BYTES = 256 * 1024
const STALE_MS = 24 * 3_600_000

interface Row {
  readonly level: number
  readonly min: string
  readonly max: string
  readonly upload: number
  readonly size: number
  readonly created_at_ms: number
  readonly earliest_at_ms: number | null
}

export interface SqliteClientOptions {
  /** A SQLite database, made when it is missing; not the one that is replicated. */
  readonly path: string
  readonly env: Env
}

/** A replica inside another SQLite database: an example of a client, with every promise of the contract kept. */
export function sqliteClient(options: SqliteClientOptions): ReplicaClient {
  return new SqliteReplica(options)
}

class SqliteReplica implements ReplicaClient {
  readonly type = 'sqlite'
  readonly url: string
  readonly abilities = { createOnly: true, listsExactTimestamps: true, listingSeek: true } as const
  readonly #options: SqliteClientOptions
  #database: Database.Database | null = null
  #closed = false

  constructor(options: SqliteClientOptions) {
    this.#options = options
    this.url = `sqlite-replica:${options.path}`
  }

  async init(options: CallOptions = {}): Promise<void> {
    await this.#call('open the database', options, () => undefined)
  }

  async *listFiles(level: number, options: ListOptions = {}): AsyncGenerator<FileInfo, void, undefined> {
    checkLevel(level)
    for await (const row of listPages((token) => this.#listPage(level, token, options), options)) {
      yield fileInfo(row)
      this.#checkOpen(options.signal)
    }
  }

  async *readFile(file: FileKey, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const what = `read ${describeFile(file)}`
    const row = await this.#call(what, options, (database) => find(database, file))
    if (row === null) throw missing(file)
    const end = Math.min(options.end ?? row.size, row.size)
    for (let at = options.start ?? 0; at < end;) {
      const chunk = await this.#call(what, options, (database) => chunkAt(database, row.upload, at))
      if (chunk === null) throw missing(file) // deleted while we were reading: an end would be a lie
      const bytes = chunk.bytes.subarray(at - chunk.start, end - chunk.start)
      at += bytes.length
      yield bytes
    }
  }

  async writeFile(file: FileKey, source: ByteSource, options: WriteOptions = {}): Promise<FileInfo> {
    const what = `write ${describeFile(file)}`
    checkLevel(file.level)
    this.#checkOpen(options.signal)
    await using peeked = await peekHeader(file, source, options.signal)
    const begunAtMs = this.#options.env.clock.wallMs()
    const upload = await this.#call(what, options, (database) =>
      Number(database.prepare('INSERT INTO upload (begun_at_ms) VALUES (?)').run(begunAtMs).lastInsertRowid),
    )
    let stored: Row | null = null
    try {
      let size = 0
      for await (const chunk of gatherChunks(peeked.body, CHUNK_BYTES)) {
        await this.#call(what, options, (database) =>
          database.prepare('INSERT INTO chunk VALUES (?, ?, ?)').run(upload, size, chunk),
        )
        size += chunk.length
      }
      const created = peeked.header.timestampMs
      const earliest = options.earliestAtMs ?? null
      const values = [...nameOf(file), upload, size, created, earliest] as const
      stored = await this.#call(what, options, (database) => publish(database, file, values))
      if (stored.upload === upload) return fileInfo(stored)
      if ((await compareStored(this, file, source, options)) !== 'same') {
        throw new ClientError('CLIENT_EXISTS', `${describeFile(file)} is there already, with other bytes`)
      }
      return fileInfo(stored)
    } finally {
      if (stored?.upload !== upload) this.#discard(upload)
    }
  }

  async deleteFiles(files: readonly FileKey[], options: CallOptions = {}): Promise<void> {
    await this.#call(`delete ${files.length} files`, options, (database) => {
      database.transaction(() => {
        for (const file of files) {
          const row = find(database, file)
          database.prepare(`DELETE FROM file WHERE ${IS_FILE}`).run(...nameOf(file))
          if (row !== null) database.prepare('DELETE FROM chunk WHERE upload = ?').run(row.upload)
        }
      })()
    })
  }

  async deleteAll(options: CallOptions = {}): Promise<void> {
    for (let level = 0; level <= LEVEL_MAX; level++) {
      const files: FileInfo[] = []
      for await (const file of this.listFiles(level, options)) files.push(file)
      await this.deleteFiles(files, options)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#database?.close()
    this.#database = null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #listPage(level: number, token: string | null, options: ListOptions): Promise<ListPage<Row>> {
    const from = options.from === undefined ? '' : formatTxid(options.from)
    const rows = await this.#call(`list level ${level}`, options, (database) =>
      database
        .prepare<unknown[], Row>(
          'SELECT * FROM file WHERE level = ? AND min >= ? AND min || max > ? ORDER BY min, max LIMIT ?',
        )
        .all(level, from, token ?? '', PAGE_FILES),
    )
    const last = rows.at(-1)
    return { items: rows, next: last === undefined || rows.length < PAGE_FILES ? null : last.min + last.max }
  }

  /** What a writer leaves that fails. One that dies leaves it to the next `open`. */
  #discard(upload: number): void {
    this.#database?.prepare('DELETE FROM chunk WHERE upload = ?').run(upload)
    this.#database?.prepare('DELETE FROM upload WHERE id = ?').run(upload)
  }

  async #call<Result>(
    what: string,
    options: CallOptions,
    act: (database: Database.Database) => Result,
  ): Promise<Result> {
    this.#checkOpen(options.signal)
    return await translating(what, diagnose, options.signal, async () => {
      this.#database ??= open(this.#options)
      return act(this.#database)
    })
  }

  #checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new ClientError('CLIENT_CLOSED', 'the client is closed')
  }
}

function open({ path, env }: SqliteClientOptions): Database.Database {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL') // the driver's default would lose acknowledged writes in a power loss
  database.exec(SCHEMA)
  const stale = 'SELECT id FROM upload WHERE begun_at_ms < ? AND id NOT IN (SELECT upload FROM file)'
  const before = env.clock.wallMs() - STALE_MS
  database.prepare(`DELETE FROM chunk WHERE upload IN (${stale})`).run(before)
  database.prepare(`DELETE FROM upload WHERE id IN (${stale})`).run(before)
  return database
}

/** Inserts the row of the file, unless there is one; returns the one that is there then. */
function publish(database: Database.Database, file: FileKey, values: readonly unknown[]): Row {
  database.prepare('INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(...values)
  const row = find(database, file)
  if (row === null) throw new ClientError('CLIENT_UNREACHABLE', `${describeFile(file)} was deleted meanwhile`)
  return row
}

function find(database: Database.Database, file: FileKey): Row | null {
  return database.prepare<unknown[], Row>(`SELECT * FROM file WHERE ${IS_FILE}`).get(...nameOf(file)) ?? null
}

interface Chunk {
  readonly start: number
  /** Owned by whoever asked. */
  readonly bytes: Uint8Array
}

/** The chunk that has byte `at` in it. */
function chunkAt(database: Database.Database, upload: number, at: number): Chunk | null {
  const row = database
    .prepare<unknown[], Chunk>(
      'SELECT start, bytes FROM chunk WHERE upload = ? AND start <= ? ORDER BY start DESC LIMIT 1',
    )
    .get(upload, at)
  return row === undefined || at >= row.start + row.bytes.length ? null : row
}

function nameOf(file: FileKey): [level: number, min: string, max: string] {
  return [file.level, formatTxid(file.minTXID), formatTxid(file.maxTXID)]
}

function fileInfo(row: Row): FileInfo {
  const [minTXID, maxTXID] = [parseTxid(row.min), parseTxid(row.max)]
  if (minTXID === null || maxTXID === null) throw new ClientError('CLIENT_UNEXPECTED', 'a row has no TXIDs')
  const { level, size, created_at_ms: createdAtMs, earliest_at_ms: earliestAtMs } = row
  return { level, minTXID, maxTXID, size, createdAtMs, earliestAtMs: earliestAtMs ?? undefined }
}

function missing(file: FileKey): ClientError {
  return new ClientError('CLIENT_NOT_FOUND', `there is no ${describeFile(file)}`)
}

const CODES: Readonly<Record<string, ClientErrorCode>> = {
  SQLITE_BUSY: 'CLIENT_BUSY',
  SQLITE_LOCKED: 'CLIENT_BUSY',
  SQLITE_FULL: 'CLIENT_FULL',
  SQLITE_READONLY: 'CLIENT_DENIED',
  SQLITE_PERM: 'CLIENT_DENIED',
  SQLITE_CANTOPEN: 'CLIENT_BAD_OPTIONS',
  SQLITE_NOTADB: 'CLIENT_BAD_OPTIONS',
}

function diagnose(error: unknown): Diagnosis {
  if (!(error instanceof Database.SqliteError)) return { code: 'CLIENT_UNEXPECTED', hint: String(error) }
  const primary = error.code.split('_').slice(0, 2).join('_') // SQLITE_BUSY_SNAPSHOT is SQLITE_BUSY, too
  return { code: CODES[primary] ?? 'CLIENT_UNEXPECTED', hint: error.message }
}
