import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { sqliteCode } from '../src/lib/follow/pin.ts'
import { checkSqliteVersion } from '../src/lib/sqlite/check-sqlite-version.ts'
import type { SqliteConnection, SqliteDriver } from '../src/lib/sqlite/sqlite-driver.ts'

interface Scene {
  readonly driver: SqliteDriver
  readonly path: string
  readonly open: (options?: {
    readonly mustExist?: boolean
    readonly busyTimeoutMs?: number
  }) => SqliteConnection
}

/** What each driver must do alike, since the engine is written against one of them and runs on any. */
const CHECKS: Readonly<Record<string, (scene: Scene) => void>> = {
  'version → new enough, and what SQLite itself says': ({ driver, open }) => {
    checkSqliteVersion(driver.name, driver.sqliteVersion)
    const [row] = open().pragma('compile_options')
    assert.equal(typeof row?.['compile_options'], 'string')
  },
  'missing file that must exist → an error with a code, and no file is made': ({ open, path }) => {
    rmSync(path)
    assert.equal(
      codeOf(() => open()),
      'SQLITE_CANTOPEN',
    )
    assert.ok(!existsSync(path))
  },
  'missing file that need not exist → made on the first lock, 0 bytes long': ({ open, path }) => {
    rmSync(path)
    const connection = open({ mustExist: false })
    connection.exec('BEGIN EXCLUSIVE')
    assert.equal(statSync(path).size, 0)
    connection.exec('ROLLBACK')
  },
  'name with spaces, question mark and hash → that very file': ({ driver, path }) => {
    const odd = `${path} a?b#c%20d.db`
    const connection = driver.open(odd, { busyTimeoutMs: 0, mustExist: false })
    connection.exec('CREATE TABLE t (a)')
    connection.close()
    assert.ok(existsSync(odd))
  },
  'wal_checkpoint(NOOP) → frames and backfilled frames, and the database file is left alone': ({
    open,
    path,
  }) => {
    const writer = open()
    writer.pragma('wal_autocheckpoint=0')
    writer.exec('INSERT INTO t VALUES (1)')
    const { size, mtimeMs } = statSync(path)
    const [row] = open().pragma('main.wal_checkpoint(NOOP)')
    assert.deepEqual({ ...row }, { busy: 0, log: 1, checkpointed: 0 })
    assert.deepEqual([statSync(path).size, statSync(path).mtimeMs], [size, mtimeMs])
    assert.deepEqual({ ...writer.pragma('wal_checkpoint(PASSIVE)')[0] }, { busy: 0, log: 1, checkpointed: 1 })
    assert.deepEqual(
      { ...open().pragma('main.wal_checkpoint(NOOP)')[0] },
      { busy: 0, log: 1, checkpointed: 1 },
    )
  },
  'writable_schema → allowed, so that a schema that does not parse stops nothing': ({ open }) => {
    const connection = open()
    connection.pragma('writable_schema=1')
    connection.exec("UPDATE sqlite_schema SET sql = 'CREATE TABLE t (' WHERE name = 't'")
    const other = open()
    other.pragma('writable_schema=1')
    assert.equal(other.pragma('user_version')[0]?.['user_version'], 7)
    assert.equal(other.pragma('main.wal_checkpoint(NOOP)')[0]?.['busy'], 0)
  },
  'inTransaction → from BEGIN to its end': ({ open }) => {
    const connection = open()
    assert.equal(connection.inTransaction, false)
    connection.exec('BEGIN')
    assert.equal(connection.inTransaction, true)
    connection.exec('COMMIT')
    assert.equal(connection.inTransaction, false)
  },
  'a lock that another connection has → SQLITE_BUSY at once, without waiting': ({ open }) => {
    open().exec('BEGIN IMMEDIATE')
    const second = open()
    assert.equal(
      codeOf(() => second.exec('BEGIN IMMEDIATE')),
      'SQLITE_BUSY',
    )
    assert.equal(second.inTransaction, false)
  },
  'several statements in one call → all of them, and the failing one is told': ({ open }) => {
    const connection = open()
    connection.exec('BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT')
    assert.notEqual(
      codeOf(() => connection.exec('SELECT 1; SELECT nothing FROM nowhere')),
      null,
    )
  },
  'a file that is no database → SQLITE_NOTADB at the first read': ({ open, path }) => {
    writeFileSync(path, 'not a database, and longer than the header of one. '.repeat(40))
    const connection = open()
    assert.equal(
      codeOf(() => connection.pragma('user_version')),
      'SQLITE_NOTADB',
    )
  },
  'closed twice → fine': ({ open }) => {
    const connection = open()
    connection.close()
    connection.close()
    assert.throws(() => connection.exec('SELECT 1'))
  },
}

/** Registers every check as a test of this driver. */
export function driverChecks(driver: SqliteDriver): void {
  for (const [name, check] of Object.entries(CHECKS)) {
    test(`${driver.name}: ${name}`, () => checkInScene(driver, check))
  }
}

function checkInScene(driver: SqliteDriver, check: (scene: Scene) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-driver-'))
  const path = join(directory, 'app.db')
  const opened: SqliteConnection[] = []
  const open: Scene['open'] = ({ mustExist = true, busyTimeoutMs = 0 } = {}) => {
    const connection = driver.open(path, { busyTimeoutMs, mustExist })
    opened.push(connection)
    return connection
  }
  try {
    const first = open({ mustExist: false })
    first.pragma('journal_mode=wal')
    first.exec('CREATE TABLE t (a); PRAGMA user_version=7')
    first.pragma('wal_checkpoint(TRUNCATE)')
    first.close()
    check({ driver, path, open })
  } finally {
    for (const connection of opened) connection.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** SQLite's code of what `act` throws, however this driver tells it; `null`: it threw nothing. */
function codeOf(act: () => void): string | null {
  try {
    act()
    return null
  } catch (error) {
    return sqliteCode(error)
  }
}
