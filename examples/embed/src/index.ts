import Database from 'better-sqlite3'
import { fileClient } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import { Store } from '@ltx/replicator'

/** An application's database together with its replication. */
export interface ReplicatedDatabase extends AsyncDisposable {
  readonly database: Database.Database
  /** Resolves when everything committed before the call is in the replica. */
  flush(): Promise<void>
}

/**
 * Opens a database and replicates it from inside this process. SQLite's work for the replication happens in a thread of its own, with the
 * same library (better-sqlite3) as the application's: two SQLite libraries in one process would not see each other's locks.
 */
export async function openReplicated(path: string, replicaPath: string): Promise<ReplicatedDatabase> {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  const env = nodeEnv()
  const store = new Store({ env })
  const replicated = await store.addDatabase({ path, client: fileClient({ path: replicaPath, env }) })
  await store.open()
  return {
    database,
    async flush() {
      await replicated.sync()
    },
    async [Symbol.asyncDispose]() {
      await store.close() // a last sync, while the application's connection keeps the WAL
      database.close()
    },
  }
}
