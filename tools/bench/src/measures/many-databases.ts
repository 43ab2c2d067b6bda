import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { idleWindow, type IdleCost } from '../lib/idle-window.ts'
import {
  allReplicated,
  makeManyDatabases,
  replicateMany,
  writeOnce,
  type ManyDatabases,
} from '../lib/many-databases.ts'
import type { MeasuredChild } from '../lib/measured-child.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { filesOf } from '../lib/replicating.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

/** Default `dormantAfterMs`, and the slow poll that lets them sleep. */
const DORMANT_AFTER_MS = 100_000
const WRITTEN = 5

export const manyDatabases: Measure = {
  name: 'idle-2000',
  about: 'a command with 2,000 databases: until all are replicated, until a second start follows, and idle',
  fullOnly: true,
  run: measureMany,
}

interface Many {
  readonly firstStartMs: number
  readonly secondStartMs: number
  readonly idle: IdleCost
  readonly rssBytesMax: number
}

async function measureMany(context: BenchContext): Promise<Row[]> {
  const count = byEffort(context, { full: 2000, quick: 300, smoke: 4 })
  const sides = await measureSides(context, 1, (program) =>
    measureSide(context, program, makeManyDatabases(path.join(context.folder, program.side), count)),
  )
  const what = `${count} databases`
  const words = { unit: 's', better: 'less' } as const
  return [
    rowOf(sides, { ...words, what: `${what}: all replicated after` }, (each) => each.firstStartMs / 1000),
    {
      ...rowOf(
        sides,
        { ...words, what: `${what}: second start`, must: atMost(6), aim: atMost(3) },
        (each) => each.secondStartMs / 1000,
      ),
      note: `until commits to ${WRITTEN} of them, made right after the start, are in their replicas`,
    },
    rowOf(
      sides,
      { what: `${what}: idle CPU`, unit: '% of a core', better: 'less', must: atMost(1) },
      (each) => each.idle.cpuPercent,
    ),
    {
      ...rowOf(
        sides,
        { what: `${what}: idle RSS`, unit: 'MB', better: 'less' },
        (each) => each.idle.rssBytes / 1e6,
      ),
      must: atMost(150),
      note: `ours all but dormant: ${DORMANT_AFTER_MS / 1000} s after the second start`,
    },
    rowOf(
      sides,
      { what: `${what}: largest RSS`, unit: 'MB', better: 'less' },
      (each) => each.rssBytesMax / 1e6,
    ),
  ]
}

async function measureSide(context: BenchContext, program: Program, many: ManyDatabases): Promise<Many> {
  const firstStartMs = await firstStart(program, many)
  context.log(`  ${program.side}: all replicated after ${(firstStartMs / 1000).toFixed(1)} s`)
  await using child = replicateMany(program, many)
  const secondStartMs = await followsAgain(child, many)
  context.log(`  ${program.side}: second start ${(secondStartMs / 1000).toFixed(1)} s`)
  if (program.side === 'ours')
    await sleep(byEffort(context, { full: DORMANT_AFTER_MS, quick: DORMANT_AFTER_MS, smoke: 0 }))
  const idle = await idleWindow(child, byEffort(context, { full: 60, quick: 20, smoke: 1 }))
  context.log(`  ${program.side}: ${idle.cpuPercent.toFixed(2)} %, ${(idle.rssBytes / 1e6).toFixed(0)} MB`)
  const { rssBytesMax } = await child.stop()
  for (const index of [0, many.databases.length - 1]) {
    await checkReplica(program, many.databases[index] ?? '', many.replicas[index] ?? '')
  }
  return { firstStartMs, secondStartMs, idle, rssBytesMax }
}

async function firstStart(program: Program, many: ManyDatabases): Promise<number> {
  await using child = replicateMany(program, many)
  await allReplicated(child, many)
  const { wallMs } = child
  await child.stop()
  return wallMs
}

/** Commits to a few databases; milliseconds from the start of the program until all of that is in the replicas. */
async function followsAgain(child: MeasuredChild, many: ManyDatabases): Promise<number> {
  const step = Math.max(1, Math.floor(many.databases.length / WRITTEN))
  const written = many.databases.flatMap((database, index) => {
    const replica = many.replicas[index]
    return index % step === 0 && replica !== undefined
      ? [{ database, replica, files: filesOf(replica, 0).length }]
      : []
  })
  for (const { database } of written) writeOnce(database)
  const condition = (): boolean => written.every(({ replica, files }) => filesOf(replica, 0).length > files)
  await child.until('it follows again', condition, 20)
  return child.wallMs
}
