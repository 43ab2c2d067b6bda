import { ReplicatorError } from '../errors.ts'
import type { SqliteConnection, SqliteDriver } from '../sqlite/sqlite-driver.ts'
import type { Published } from './plan-sync.ts'

/** How long `BEGIN IMMEDIATE` may wait. Everything else must not wait: it would hold the pins of the whole thread. */
const WRITE_LOCK_WAIT_MS_MAX = 100

/** Before that: among writers that never pause the gaps are short, and SQLite's waiting looks for one every few milliseconds only. */
const WRITE_LOCK_TRIES = 100

const NO_ANSWER_CODES = /^SQLITE_(BUSY|LOCKED|PROTOCOL|CANTOPEN|IOERR)/

/** Frames in the WAL, and how many of them are in the database file too. */
export interface FrameCount {
  readonly frames: number
  readonly backfilled: number
}

/** What a checkpoint did. */
export interface CheckpointAnswer extends FrameCount {
  readonly busy: boolean
}

/**
 * Two connections of which one holds a read transaction, the pin, at every moment (engine.md §1). While a pin lives, the WAL grows,
 * or moves on once, after everything up to the pin's mark.
 */
export class Pin implements Disposable {
  #continues = false
  #isRead = false
  #isClosed = false
  /** SQLite's last answer, of either connection. */
  #answered: FrameCount | null = null
  #movedAfter: FrameCount | null = null
  #pinned: SqliteConnection
  #idle: SqliteConnection

  private constructor(pinned: SqliteConnection, idle: SqliteConnection) {
    this.#pinned = pinned
    this.#idle = idle
  }

  /**
   * Opens both connections; no transaction is begun yet.
   *
   * @throws {ReplicatorError} `REPLICATOR_NOT_A_DATABASE`; whatever the driver throws when it cannot open.
   */
  static open(driver: SqliteDriver, path: string): Pin {
    const first = connect(driver, path)
    try {
      return new Pin(first, connect(driver, path))
    } catch (error) {
      first.close()
      throw error
    }
  }

  get idle(): SqliteConnection {
    return this.#idle
  }

  get pinned(): SqliteConnection {
    return this.#pinned
  }

  /** False once it is closed, for those who have read under it: another file may have got the database's name. */
  get isHeld(): boolean {
    return !this.#isClosed && this.#pinned.inTransaction
  }

  /**
   * At most one generation has begun since our position, and it can be read from its start. Set it when a sync that asked after the pin
   * began has read all that was published.
   */
  get covered(): boolean {
    if (this.#isClosed) return false
    return this.#continues && (this.isHeld || this.#idle.inTransaction) // under the write lock the idle one is the pin
  }

  set covered(isCovered: boolean) {
    this.#continues = isCovered
    this.#isRead = isCovered
  }

  /** What SQLite said last before the pin began; `null`: nothing. */
  get movedAfter(): FrameCount | null {
    return this.#movedAfter
  }

  /** Begins the first pin. False: SQLite refused just now (a recovery, a torn index); try at the next tick. */
  begin(): boolean {
    this.covered = false
    return this.isHeld || beginRead(this.#pinned)
  }

  /**
   * Moves the pin to a newer snapshot: begin on the idle connection, then end the old one. Only while covered; it stays covered. Once
   * per sync: a second time would let go of what was committed before the first, is in the database file by now, and nobody has read.
   *
   * @returns true when the pin has moved since the last sync, now or before. False: nothing changed.
   */
  handOver(): boolean {
    if (!this.covered || !this.isHeld) return false
    if (!this.#isRead) return true
    if (!beginRead(this.#idle)) return false
    endTransaction(this.#pinned)
    this.#swap()
    this.#movedAfter = this.#answered
    this.#isRead = false
    return true
  }

  /** Published and backfilled frames, asked on the idle connection (or on one that holds the write lock). */
  published(connection: SqliteConnection = this.#idle): Published {
    const answer = this.#ask(connection, 'NOOP')
    if (answer === null || answer.busy) return { kind: 'no-answer' }
    if (answer.frames < 0) return { kind: 'not-wal' }
    return { kind: 'published', frames: answer.frames, backfilled: answer.backfilled }
  }

  /** Copies what no reader needs any more from the WAL into the database file. `null`: no answer. */
  checkpoint(
    mode: 'PASSIVE' | 'TRUNCATE',
    connection: SqliteConnection = this.#idle,
  ): CheckpointAnswer | null {
    return this.#ask(connection, mode)
  }

  /** Takes the write lock on the idle connection. The old pin is still held: giving up changes nothing. */
  lockWrites(): boolean {
    for (let attempt = 0; attempt < WRITE_LOCK_TRIES; attempt++) {
      if (this.#tryLock()) return true
    }
    try {
      this.#idle.pragma(`busy_timeout=${WRITE_LOCK_WAIT_MS_MAX}`)
      return this.#tryLock()
    } finally {
      this.#idle.pragma('busy_timeout=0')
    }
  }

  #tryLock(): boolean {
    try {
      this.#idle.exec('BEGIN IMMEDIATE')
      return true
    } catch {
      endTransaction(this.#idle)
      return false
    }
  }

  unlockWrites(): void {
    endTransaction(this.#idle)
  }

  /** Ends the pin while the write lock on the idle connection holds the WAL in its place. */
  dropPinUnderLock(): void {
    endTransaction(this.#pinned)
  }

  /** Begins the pin anew under the write lock. False: it could not, and the snapshot is no longer covered. */
  beginPinUnderLock(): boolean {
    this.#movedAfter = this.#answered
    if (beginRead(this.#pinned)) return true
    this.covered = false
    return false
  }

  /** Ends the pin. What happens to the WAL from now on is unknown. */
  release(): void {
    endTransaction(this.#pinned)
    endTransaction(this.#idle)
    this.covered = false
  }

  close(): void {
    this.#isClosed = true
    for (const connection of [this.#idle, this.#pinned]) {
      endTransaction(connection)
      connection.close()
    }
    this.covered = false
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #ask(connection: SqliteConnection, mode: string): CheckpointAnswer | null {
    const answer = checkpoint(connection, mode)
    this.#answered = answer === null || answer.busy ? null : answer
    return answer
  }

  #swap(): void {
    const pinned = this.#idle
    this.#idle = this.#pinned
    this.#pinned = pinned
  }
}

const SETTINGS = [
  'PRAGMA writable_schema=1', // first: a schema that does not parse must not stop a backup
  'PRAGMA wal_autocheckpoint=0',
  'PRAGMA synchronous=NORMAL',
  'PRAGMA cache_size=2', // what is read through it is the first page; with 3 or more SQLite sets pages aside
  'PRAGMA shrink_memory', // as it has done for the pragmas before
].join('; ')

function connect(driver: SqliteDriver, path: string): SqliteConnection {
  const connection = driver.open(path, { busyTimeoutMs: 0, mustExist: true })
  try {
    connection.exec(SETTINGS)
    return connection
  } catch (error) {
    connection.close()
    throw asOpenError(error, path)
  }
}

function asOpenError(error: unknown, path: string): unknown {
  if (sqliteCode(error) !== 'SQLITE_NOTADB') return error
  return new ReplicatorError('REPLICATOR_NOT_A_DATABASE', `${path} is not a SQLite database`, {
    cause: error,
  })
}

/** `BEGIN` alone locks nothing; reading the header does, and needs no schema. */
const BEGIN_READ = 'BEGIN; PRAGMA user_version'

function beginRead(connection: SqliteConnection): boolean {
  try {
    connection.exec(BEGIN_READ)
    return true
  } catch {
    endTransaction(connection)
    return false
  }
}

function endTransaction(connection: SqliteConnection): void {
  if (!connection.inTransaction) return
  try {
    connection.exec('COMMIT')
  } catch {
    connection.exec('ROLLBACK')
  }
}

function checkpoint(connection: SqliteConnection, mode: string): CheckpointAnswer | null {
  try {
    const row = connection.pragma(`main.wal_checkpoint(${mode})`)[0]
    if (row === undefined) return null
    return {
      busy: Number(row['busy']) !== 0,
      frames: Number(row['log']),
      backfilled: Number(row['checkpointed']),
    }
  } catch (error) {
    if (NO_ANSWER_CODES.test(sqliteCode(error))) return null
    throw error
  }
}

/** better-sqlite3 has names in `code`; node:sqlite has numbers in `errcode`, whose low byte is the primary code. */
export function sqliteCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return code
  return typeof errcode === 'number' ? (PRIMARY_CODES[errcode & 0xff] ?? `SQLITE_${errcode}`) : ''
}

const PRIMARY_CODES: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  26: 'SQLITE_NOTADB',
}
