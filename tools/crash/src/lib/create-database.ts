import Database from 'better-sqlite3'

/** An empty database in WAL mode that shrinks page by page when told to. Closed again: nobody has it open. */
export function createDatabase(file: string, pageSize: number, rows: number = 0): void {
  const database = new Database(file)
  database.pragma(`page_size = ${pageSize}`)
  database.pragma('auto_vacuum = INCREMENTAL')
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE rows(id INTEGER PRIMARY KEY, body BLOB)')
  database.exec('CREATE TABLE ledger(name TEXT PRIMARY KEY, commits INTEGER)')
  const insert = database.prepare('INSERT INTO rows(body) VALUES (randomblob(1000))')
  database.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run()
  })()
  database.close()
}
