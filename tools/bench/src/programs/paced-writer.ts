// An application that commits at a rate: `node paced-writer.ts DATABASE COMMITS_PER_SECOND SECONDS`. Prints one JSON object: the
// largest size of the WAL, and how many commits there were in how many seconds.
import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'

const [database = '', rate = '0', seconds = '0'] = process.argv.slice(2)
const sqlite = new SqliteDatabase(database, { timeout: 5000 })
const insert = sqlite.prepare("INSERT INTO events(at, what) VALUES (?, 'one small commit')")
const startMs = performance.now()
const elapsedSeconds = (): number => (performance.now() - startMs) / 1000
let commits = 0
let walFileBytesMax = 0
while (elapsedSeconds() < Number(seconds)) {
  const due = Math.min(elapsedSeconds(), Number(seconds)) * Number(rate)
  for (; commits < due; commits++) insert.run(commits)
  walFileBytesMax = Math.max(walFileBytesMax, statSync(`${database}-wal`).size)
  await sleep(1)
}
process.stdout.write(JSON.stringify({ walFileBytesMax, commits, seconds: elapsedSeconds() }))
process.stdin.once('data', () => process.exit(0)) // stays connected until it is told: else it would checkpoint as the last
