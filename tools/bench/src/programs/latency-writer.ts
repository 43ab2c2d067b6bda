// An application that commits now and then: `node latency-writer.ts DATABASE L0_FOLDER REPLICA_L0_FOLDER COUNT PAUSE_MS`.
// Each commit comes PAUSE_MS to twice that after the one before has arrived. Prints one JSON object: for each commit the
// milliseconds from its start until a new file was in either folder.
import { watch, type FSWatcher } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'

const [database = '', local = '', replica = '', count = '0', pauseMs = '0'] = process.argv.slice(2)
const WAIT_MS_MAX = 30_000
const LTX_FILE = /^[0-9a-f]{16}-[0-9a-f]{16}\.ltx$/

/** When the first new file since the last commit was seen. */
const seen: { local: number | null; replica: number | null } = { local: null, replica: null }
let onSeen: () => void = () => {}

function watched(folder: string, place: 'local' | 'replica'): FSWatcher {
  const known = new Set<string>() // the removal of a file is an event too, but nothing is removed this soon
  return watch(folder, (_, name) => {
    if (name === null || !LTX_FILE.test(name) || known.has(name)) return
    known.add(name)
    seen[place] ??= performance.now()
    onSeen()
  })
}

const watches = [watched(local, 'local'), watched(replica, 'replica')]
const sqlite = new SqliteDatabase(database)
const insert = sqlite.prepare("INSERT INTO events(at, what) VALUES (?, 'one small commit')")
const localMs: number[] = []
const replicaMs: number[] = []
for (let index = 0; index < Number(count); index++) {
  await sleep(Number(pauseMs) * (1 + Math.random()))
  seen.local = null
  seen.replica = null
  const startMs = performance.now()
  insert.run(index)
  await arrived()
  localMs.push((seen.local ?? startMs) - startMs)
  replicaMs.push((seen.replica ?? startMs) - startMs)
}
for (const each of watches) each.close()
sqlite.close()
process.stdout.write(JSON.stringify({ localMs, replicaMs }))

/** Resolves when both folders have a new file. */
async function arrived(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`no file in ${WAIT_MS_MAX} ms`)), WAIT_MS_MAX)
  onSeen = () => {
    if (seen.local !== null && seen.replica !== null) resolve()
  }
  onSeen()
  await promise
  clearTimeout(timer)
}
