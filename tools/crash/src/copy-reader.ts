// Reads a followed copy again and again, as an application would, and tells when it finds something that cannot be.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { seeded } from './lib/seeded.ts'
import { serve } from './lib/serve.ts'

const [file = '', seedText = '1'] = process.argv.slice(2)
const random = seeded(Number(seedText))
const states = new Set<number>()
let [reads, busy, last, running] = [0, 0, 0, true]

const done = read()
done.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})

serve({
  async stop() {
    running = false
    await done
    return { reads, busy, states: states.size }
  },
})

async function read(): Promise<void> {
  let connection: Database.Database | null = null
  while (running) {
    await sleep(random.whole(0, 10))
    if (connection === null && !existsSync(file)) continue
    try {
      connection ??= new Database(file, { timeout: 2000, fileMustExist: true })
      await look(connection)
      reads++
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !/^SQLITE_(BUSY|LOCKED)/.test(error.code)) throw error
      if (connection?.inTransaction === true) connection.exec('ROLLBACK')
      busy++
    }
    if (random.chance(0.1)) {
      connection?.close()
      connection = null
    }
  }
  connection?.close()
}

/** One read transaction that takes a while. What it sees is whole, stays the same, and is never older than before. */
async function look(connection: Database.Database): Promise<void> {
  connection.exec('BEGIN')
  const commits = commitsIn(connection)
  if (commits < last) throw new Error(`went back from commit ${last} to ${commits}`)
  const integrity = connection.pragma('integrity_check', { simple: true }) as string
  if (integrity !== 'ok') throw new Error(`commit ${commits}: ${integrity}`)
  if (random.chance(0.2)) await sleep(random.whole(0, 50))
  if (commitsIn(connection) !== commits) throw new Error('changed within a transaction')
  connection.exec('COMMIT')
  last = commits
  states.add(commits)
}

function commitsIn(connection: Database.Database): number {
  return connection.prepare('SELECT coalesce(sum(commits), 0) FROM ledger').pluck().get() as number
}
