import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { MeasuredChild } from './measured-child.ts'
import type { Program } from './program-under-test.ts'
import { filesOf } from './replicating.ts'
import { makeDatabase } from './sample-database.ts'

export interface ManyDatabases {
  readonly databases: readonly string[]
  readonly replicas: readonly string[]
  readonly config: string
}

/** So many small databases in one folder, and the configuration that replicates each. */
export function makeManyDatabases(folder: string, count: number, bytesEach = 100_000): ManyDatabases {
  mkdirSync(folder, { recursive: true })
  const first = path.join(folder, 'app-0.db')
  makeDatabase(first, bytesEach)
  const databases = Array.from({ length: count }, (_, index) => path.join(folder, `app-${index}.db`))
  for (const database of databases.slice(1)) copyFileSync(first, database)
  const replicas = databases.map((database) => `${database}.replica`)
  const config = path.join(folder, 'litestream.yml')
  const lines = databases.map(
    (database, index) => `  - path: ${database}\n    replica: {url: "file://${replicas[index]}"}`,
  )
  writeFileSync(config, `dbs:\n${lines.join('\n')}\n`)
  return { databases, replicas, config }
}

/** Starts `replicate` on all of them. */
export function replicateMany(program: Program, many: ManyDatabases): MeasuredChild {
  return new MeasuredChild([...program.argv, 'replicate', '-config', many.config])
}

const READY_MS_MAX = 600_000

/** Resolves when every replica holds a level 0 file. */
export async function allReplicated(child: MeasuredChild, many: ManyDatabases): Promise<void> {
  const missing = new Set(many.replicas)
  const condition = (): boolean => {
    for (const replica of missing) {
      if (filesOf(replica, 0).length === 0) return false
      missing.delete(replica)
    }
    return true
  }
  await child.until('every database is replicated', condition, 50, READY_MS_MAX)
}

/** Commits one row to a database. */
export function writeOnce(database: string): void {
  const sqlite = new SqliteDatabase(database)
  sqlite.exec("INSERT INTO events(at, what) VALUES (1, 'it goes on')")
  sqlite.close()
}
