// An application that writes as fast as it can: `node bulk-writer.ts DATABASE MEGABYTES` writes so much into the WAL.
// Prints one JSON object. Frames are counted by SQLite's own index (mxFrame in the -shm file): the WAL's size does not
// tell, as it starts again from its beginning.
import { openSync, readSync, statSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'

const [database = '', megabytes = '0'] = process.argv.slice(2)
const FRAME_BYTES = 4096 + 24
const MX_FRAME_AT = 16
const sqlite = new SqliteDatabase(database, { timeout: 5000 })
const insert = sqlite.prepare(
  "INSERT INTO orders(customer, cents, note, token) VALUES (?, ?, 'order of a customer: seven pieces, shipped by rail, paid', randomblob(48))",
)
const { last } = sqlite.prepare('SELECT max(id) AS last FROM orders').get() as { last: number }
const change = sqlite.prepare('UPDATE orders SET cents = cents + 1 WHERE id = ?')
const transaction = sqlite.transaction((index: number) => {
  for (let row = 0; row < 10; row++) insert.run(`customer ${index * 10 + row}`, index)
  for (let row = 0; row < 20; row++) change.run(1 + (((index * 20 + row) * 7919) % last))
})

transaction(0) // makes the -shm file
const shm = openSync(`${database}-shm`, 'r') // never closed: that would let go of SQLite's own locks on it
const word = new Uint8Array(4)
let frames = 0
let commits = 0
let before = mxFrame()
let walFileBytesMax = 0
const startMs = performance.now()
while (frames * FRAME_BYTES < Number(megabytes) * 1e6) {
  transaction(++commits)
  const now = mxFrame()
  frames += now >= before ? now - before : now
  before = now
  if (commits % 64 === 0) walFileBytesMax = Math.max(walFileBytesMax, statSync(`${database}-wal`).size)
}
const seconds = (performance.now() - startMs) / 1000
walFileBytesMax = Math.max(walFileBytesMax, statSync(`${database}-wal`).size)
process.stdout.write(JSON.stringify({ walBytes: frames * FRAME_BYTES, walFileBytesMax, commits, seconds }))
process.stdin.once('data', () => process.exit(0)) // stays connected until it is told: else it would checkpoint as the last

function mxFrame(): number {
  readSync(shm, word, 0, 4, MX_FRAME_AT)
  return new DataView(word.buffer).getUint32(0, true)
}
