import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { Store } from '@ltx/replicator'
import { filesOf, localStateOf } from './replicating.ts'
import { makeDatabase } from './sample-database.ts'
import { storedIn } from './stored-files.ts'

/** A database that was replicated for a while, nothing of it compacted. Either program goes on from a copy of it. */
export interface LevelOneScene {
  readonly database: string
  readonly replica: string
  /** Level 0 files that wait for level 1, and their bytes. */
  readonly files: number
  readonly bytes: number
}

export interface SceneShape {
  readonly databaseBytes: number
  /** Each becomes one level 0 file. */
  readonly transactions: readonly ((sqlite: SqliteDatabase.Database, lastId: number) => void)[]
}

/** The application stays connected until the copies are made: its WAL is part of them. Call `close` then. */
export async function makeLevelOneScene(
  folder: string,
  { databaseBytes, transactions }: SceneShape,
): Promise<LevelOneScene & { readonly close: () => void }> {
  mkdirSync(folder, { recursive: true })
  const database = path.join(folder, 'app.db')
  const replica = `${database}.replica`
  makeDatabase(database, databaseBytes)
  const sqlite = new SqliteDatabase(database)
  const { last } = sqlite.prepare('SELECT max(id) AS last FROM orders').get() as { last: number }
  const env = nodeEnv()
  const store = new Store({ env }, { compactionEnabled: false, retentionEnabled: false })
  const followed = await store.addDatabase({
    path: database,
    client: fileClient({ path: replica, env }),
    settings: { syncIntervalMs: 1 },
  })
  await store.open()
  await followed.sync()
  await followed.snapshot() // neither makes one when it starts
  const before = new Set(filesOf(replica, 0))
  for (const transaction of transactions) {
    const uploaded = nextUpload(store)
    sqlite.transaction(() => transaction(sqlite, last))()
    await uploaded // sync() would wait for a checkpoint, too
  }
  await followed.sync()
  await store.close()
  const sizes = [...storedIn(replica)].filter(([name]) => name.startsWith('0/') && !before.has(name.slice(2)))
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 0)
  return { database, replica, files: sizes.length, bytes, close: () => void sqlite.close() }
}

function nextUpload(store: Store): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const forget = store.on((event) => {
    if (event.kind !== 'upload') return
    forget()
    resolve()
  })
  return promise
}

/** A copy in another folder. LTX files are never changed in place, so they are links. */
export function copyOfScene(scene: LevelOneScene, folder: string): { database: string; replica: string } {
  mkdirSync(folder, { recursive: true })
  const database = path.join(folder, path.basename(scene.database))
  const replica = `${database}.replica`
  for (const suffix of ['', '-wal']) {
    if (existsSync(scene.database + suffix)) copyFileSync(scene.database + suffix, database + suffix)
  }
  linkTree(localStateOf(scene.database), localStateOf(database))
  linkTree(scene.replica, replica)
  return { database, replica }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) linkTree(source, target)
    else if (entry.name.endsWith('.ltx')) linkSync(source, target)
    else copyFileSync(source, target)
  }
}
