import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { copyFileSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { MeasuredChild } from '../lib/measured-child.ts'
import type { Program } from '../lib/program-under-test.ts'
import { filesOf, localStateOf } from '../lib/replicating.ts'
import { makeDatabase, PAGE_SIZE } from '../lib/sample-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'
import { bytesSince, isRestorable, storedAndQuiet, storedIn } from '../lib/stored-files.ts'

const MIB = 1024 * 1024
const QUIET_MS = 1000

export const restartBytes: Measure = {
  name: 'restart-bytes',
  about:
    'killed; 1 MiB of change and a TRUNCATE checkpoint by the application; started again: bytes to the replica',
  run: measureRestart,
}

interface Restart {
  readonly soonBytes: number
  readonly laterBytes: number
  readonly caughtUpMs: number
  readonly cpuMs: number
}

async function measureRestart(context: BenchContext): Promise<Row[]> {
  const { folder } = context
  const megabytes = byEffort(context, { full: 512, quick: 64, smoke: 4 })
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const laterMs = byEffort(context, { full: 60_000, quick: 0, smoke: 0 })
  const template = path.join(folder, 'template.db')
  makeDatabase(template, megabytes * MIB)
  const sides = await measureSides(context, rounds, async (program, round) => {
    const database = path.join(folder, `app-${round}.db`)
    copyFileSync(template, database)
    const restart = await measureSide(program, database, laterMs)
    context.log(
      `  ${program.side}: ${(restart.soonBytes / MIB).toFixed(2)} MiB, then ${(restart.laterBytes / MIB).toFixed(2)} MiB`,
    )
    return restart
  })
  const what = `kill, 1 MiB, TRUNCATE, restart on ${megabytes} MiB`
  const row = (
    name: string,
    unit: string,
    pick: (restart: Restart) => number,
    asked: Partial<Row> = {},
  ): Row => ({
    ...rowOf(sides, { what: `${what}: ${name}`, unit, better: 'less' }, pick),
    ...asked,
  })
  const asked = { must: atMost(4), aim: atMost(2) }
  const rows = [
    row('stored', 'MiB', ({ soonBytes }) => soonBytes / MIB, asked),
    row('until it follows', 's', ({ caughtUpMs }) => caughtUpMs / 1000),
    row('CPU', 's', ({ cpuMs }) => cpuMs / 1000),
  ]
  if (laterMs === 0) return rows
  return [...rows, row('stored a minute later', 'MiB', ({ laterBytes }) => laterBytes / MIB, asked)]
}

async function measureSide(program: Program, database: string, laterMs: number): Promise<Restart> {
  const replica = `${database}.replica`
  const words = [...program.argv, 'replicate', database, `file://${replica}`]
  {
    await using first = new MeasuredChild(words)
    await first.until('the replica can be restored', () => isRestorable(replica))
    if (laterMs > 0) await sleep(35_000) // level 1 has the image where it is going to: its copy is not the restart's
    await storedAndQuiet(replica, QUIET_MS)
  } // killed
  const before = storedIn(replica)
  changeOneMebibyte(database)
  await using second = new MeasuredChild(words)
  const newest = (): string => filesOf(replica, 0).toSorted().at(-1) ?? ''
  const newestBefore = newest()
  await second.until('what was changed meanwhile is there', () => newest() > newestBefore)
  const caughtUpMs = second.wallMs
  const cpuMs = second.cpuMs()
  const soonBytes = bytesSince(before, await storedAndQuiet(replica, QUIET_MS))
  await sleep(laterMs)
  const laterBytes = laterMs === 0 ? soonBytes : bytesSince(before, await storedAndQuiet(replica, QUIET_MS))
  await second.stop()
  await checkReplica(program, database, replica)
  for (const each of [replica, localStateOf(database)]) rmSync(each, { recursive: true })
  rmSync(database)
  return { soonBytes, laterBytes, caughtUpMs, cpuMs }
}

/** Pages here and there, and nothing of it is left in the WAL. */
function changeOneMebibyte(database: string): void {
  const sqlite = new SqliteDatabase(database)
  const { last } = sqlite.prepare('SELECT max(id) AS last FROM orders').get() as { last: number }
  const change = sqlite.prepare('UPDATE orders SET cents = cents + 1 WHERE id = ?')
  const pages = MIB / PAGE_SIZE
  sqlite.transaction(() => {
    for (let index = 0; index < pages; index++) change.run(1 + Math.floor((index * last) / pages))
  })()
  sqlite.pragma('wal_checkpoint(TRUNCATE)')
  sqlite.close()
}
