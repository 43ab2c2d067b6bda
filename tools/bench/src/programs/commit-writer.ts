// An application that commits steadily: `node commit-writer.ts DATABASE SECONDS PAUSE_MS`. Prints a JSON array: how long
// each commit took, in milliseconds.
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'

const [database = '', seconds = '0', pauseMs = '0'] = process.argv.slice(2)
const sqlite = new SqliteDatabase(database, { timeout: 5000 })
const insert = sqlite.prepare(
  "INSERT INTO orders(customer, cents, note, token) VALUES ('a customer', ?, 'a note of some length', randomblob(48))",
)
const commitMs: number[] = []
const startMs = performance.now()
while (performance.now() - startMs < Number(seconds) * 1000) {
  const beforeMs = performance.now()
  insert.run(commitMs.length)
  commitMs.push(performance.now() - beforeMs)
  await sleep(Number(pauseMs))
}
sqlite.close()
process.stdout.write(JSON.stringify(commitMs))
