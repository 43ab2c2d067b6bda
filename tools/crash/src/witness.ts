// Tells what a database is at this moment, as SQLite sees it: copies the file and exactly the published part of the WAL, and lets SQLite
// put them together elsewhere. A process of its own, since closing a database file drops POSIX locks.
import { closeSync, copyFileSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { serve } from './lib/serve.ts'

serve({
  /** Nobody may write meanwhile. Checkpoints may go on: the WAL is copied first. */
  copy(database: string, to: string) {
    const connection = new Database(database, { timeout: 10_000, fileMustExist: true })
    try {
      connection.exec('BEGIN')
      connection.pragma('user_version')
      const asking = new Database(database, { timeout: 10_000, fileMustExist: true })
      const frames = publishedFrames(asking)
      const pageSize = connection.pragma('page_size', { simple: true }) as number
      for (const suffix of ['', '-wal', '-shm']) rmSync(to + suffix, { force: true })
      if (frames > 0) writeFileSync(`${to}-wal`, startOf(`${database}-wal`, 32 + frames * (24 + pageSize)))
      const main = openSync(database, 'r') // closed by the end of the process only: its locks would go with it
      copyOpen(main, to)
      asking.close()
    } finally {
      connection.close()
    }
    const copy = new Database(to)
    copy.pragma('wal_checkpoint(TRUNCATE)')
    const integrity = copy.pragma('integrity_check', { simple: true }) as string
    copy.close()
    return { bytes: statSync(to).size, integrity }
  },
  /** The same through SQLite's own backup; it rewrites a few fields of page 1. */
  async backup(database: string, to: string) {
    const connection = new Database(database, { timeout: 10_000, fileMustExist: true })
    await connection.backup(to)
    connection.close()
  },
  plainCopy(from: string, to: string) {
    copyFileSync(from, to)
  },
})

function publishedFrames(connection: Database.Database): number {
  for (;;) {
    const [row] = connection.pragma('wal_checkpoint(NOOP)') as { busy: number; log: number }[]
    if (row?.busy === 0) return row.log
  }
}

function startOf(file: string, bytes: number): Uint8Array {
  const descriptor = openSync(file, 'r')
  const target = new Uint8Array(bytes)
  const length = readSync(descriptor, target, 0, bytes, 0)
  closeSync(descriptor)
  return length < bytes ? new Uint8Array(0) : target // cut while it was read: everything is in the database file
}

function copyOpen(descriptor: number, to: string): void {
  const target = openSync(to, 'w')
  const block = new Uint8Array(4 * 1024 * 1024)
  for (let position = 0; ;) {
    const length = readSync(descriptor, block, 0, block.length, position)
    if (length === 0) break
    writeFileSync(target, block.subarray(0, length))
    position += length
  }
  closeSync(target)
}
