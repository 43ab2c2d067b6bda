// An application that commits steadily and checkpoints on its own: `node checkpointing-writer.ts DATABASE SECONDS PAUSE_MS MODE EVERY_MS`.
// Another process of it runs `wal_checkpoint(MODE)` every EVERY_MS; this one prints a JSON object: how long each commit took, and each
// checkpoint, in milliseconds.
import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'

const [database = '', seconds = '0', pauseMs = '0', mode = 'TRUNCATE', everyMs = '0'] = process.argv.slice(2)
const sqlite = new SqliteDatabase(database, { timeout: 10_000 })
if (process.send === undefined) await writeBeside()
else await checkpointUntilTold()

async function writeBeside(): Promise<void> {
  const insert = sqlite.prepare(
    "INSERT INTO orders(customer, cents, note, token) VALUES ('a customer', ?, 'a note', randomblob(48))",
  )
  const child = fork(import.meta.filename, process.argv.slice(2))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const checkpointMs: number[] = []
  child.on('message', (took) => checkpointMs.push(Number(took)))
  const commitMs: number[] = []
  const startMs = performance.now()
  while (performance.now() - startMs < Number(seconds) * 1000) {
    const beforeMs = performance.now()
    try {
      insert.run(commitMs.length)
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error // kept out for all of the timeout: that is its time
    }
    commitMs.push(performance.now() - beforeMs)
    await sleep(Number(pauseMs))
  }
  if (child.connected) child.send('end')
  if ((await ended) !== 0) throw new Error('the one that checkpoints has failed')
  sqlite.close()
  process.stdout.write(JSON.stringify({ commitMs, checkpointMs }))
}

async function checkpointUntilTold(): Promise<void> {
  let isOver = false
  process.once('message', () => {
    isOver = true
  })
  process.once('disconnect', () => process.exit(1)) // the other one has failed
  for (;;) {
    await sleep(Number(everyMs))
    if (isOver) break
    const beforeMs = performance.now()
    const [answer] = sqlite.pragma(`wal_checkpoint(${mode})`) as { busy: number }[]
    if (answer?.busy === 0) process.send?.(performance.now() - beforeMs)
  }
  sqlite.close()
  process.exit(0)
}
