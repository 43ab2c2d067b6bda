// An application that does exactly what it is told, through named connections.
import { renameSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { serve } from './lib/serve.ts'

const [file = ''] = process.argv.slice(2)
const connections = new Map<string, Database.Database>()

serve({
  exec(name: string, sql: string) {
    connection(name).exec(sql)
  },
  pragma: (name: string, text: string) => connection(name).pragma(text),
  close(name: string) {
    connections.get(name)?.close()
    connections.delete(name)
  },
  /** All of them: the last one checkpoints and deletes the WAL, unless somebody else has the database open. */
  closeAll,
  /** Another database takes the name. The WAL of the old one is gone with its last connection. */
  replaceBy(other: string) {
    closeAll()
    renameSync(other, file)
  },
  remove() {
    closeAll()
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
  },
})

function connection(name: string): Database.Database {
  const known = connections.get(name)
  if (known !== undefined) return known
  const opened = new Database(file, { timeout: 5000 })
  opened.pragma('wal_autocheckpoint = 0')
  connections.set(name, opened)
  return opened
}

function closeAll(): void {
  for (const opened of connections.values()) opened.close()
  connections.clear()
}
