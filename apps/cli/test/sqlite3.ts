// Stands in for SQLite's own shell, which not every machine has: `sqlite3 FILE SQL` prints rows with | between columns.
import Sqlite from 'better-sqlite3'

const [path = '', sql = ''] = process.argv.slice(2)
const database = new Sqlite(path)
database.pragma('busy_timeout = 5000')
for (const text of sql.split(';')) {
  if (text.trim() === '') continue
  const statement = database.prepare(text)
  if (!statement.reader) statement.run()
  else for (const row of statement.raw().all() as unknown[][]) console.log(row.join('|'))
}
database.close()
