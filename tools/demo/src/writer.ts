// The application of the demo: `node writer.ts DATABASE` writes until it is killed, and prints how many commits it made.
import Database from 'better-sqlite3'

const [file = ''] = process.argv.slice(2)
const database = new Database(file)
database.pragma('journal_mode = WAL')
database.exec(`
  CREATE TABLE IF NOT EXISTS orders(id INTEGER PRIMARY KEY, customer TEXT, cents INTEGER, note BLOB);
  CREATE INDEX IF NOT EXISTS by_customer ON orders(customer)`)
const insert = database.prepare('INSERT INTO orders(customer, cents, note) VALUES (?, ?, randomblob(400))')
const change = database.prepare('UPDATE orders SET cents = cents + 1 WHERE customer = ?')

/** One transaction of an ordinary day: a few new orders, a change to old ones. */
const work = database.transaction((n: number) => {
  for (let i = 0; i < 5; i++) insert.run(`customer ${(n * 7 + i) % 500}`, 100 + i)
  change.run(`customer ${n % 500}`)
})

let commits = 0
setInterval(() => {
  for (let i = 0; i < 10; i++) work(commits++)
  process.stdout.write(`${commits}\n`)
}, 25)
