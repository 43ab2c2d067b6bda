import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { MeasuredChild } from '../lib/measured-child.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { localStateOf } from '../lib/replicating.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'
import { isRestorable, storedAndQuiet } from '../lib/stored-files.ts'

const MIB = 1024 * 1024
const QUIET_MS = 1000

export const firstReplication: Measure = {
  name: 'first-replication',
  about: 'a big database nobody has replicated before: until it can be restored, and what is stored then',
  run: measureFirst,
}

interface First {
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssBytesMax: number
  /** Of all files of the replica. */
  readonly storedBytes: number
  /** Of the largest file of the replica: the image of the database. */
  readonly imageBytes: number
}

async function measureFirst(context: BenchContext): Promise<Row[]> {
  const { folder, log } = context
  const megabytes = byEffort(context, { full: 1024, quick: 96, smoke: 2 })
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const watchedMs = byEffort(context, { full: 60_000, quick: 3000, smoke: 500 })
  const database = path.join(folder, 'big.db')
  const bytes = makeDatabase(database, megabytes * MIB)
  const sides = await measureSides(context, rounds, async (program) => {
    const first = await measureSide(program, database, watchedMs)
    const times = first.storedBytes / first.imageBytes
    log(`  ${program.side}: ${(first.wallMs / 1000).toFixed(2)} s, the image ${times.toFixed(2)} times`)
    return first
  })
  const what = `first replication of ${megabytes} MiB`
  const row = (
    name: string,
    unit: string,
    pick: (first: First) => number,
    asked: Partial<Row> = {},
  ): Row => ({
    ...rowOf(sides, { what: `${what}: ${name}`, unit, better: 'less' }, pick),
    ...asked,
  })
  return [
    row('wall', 's', ({ wallMs }) => wallMs / 1000, {
      must: atMost(0.35, 'peer'),
      aim: atMost(0.15, 'peer'),
    }),
    row('rate', 'MB/s', ({ wallMs }) => bytes / 1000 / wallMs, { better: 'more' }),
    row('CPU', 's', ({ cpuMs }) => cpuMs / 1000, { note: 'until it can be restored' }),
    row('stored', 'images', ({ storedBytes, imageBytes }) => storedBytes / imageBytes, {
      must: atMost(1.05),
      note: `in the first ${watchedMs / 1000} s; an image is the largest file of the replica`,
    }),
    row('stored bytes', 'MB', ({ storedBytes }) => storedBytes / 1e6),
    row('RSS', 'MB', ({ rssBytesMax }) => rssBytesMax / 1e6, { must: atMost(200) }),
  ]
}

async function measureSide(program: Program, database: string, watchedMs: number): Promise<First> {
  const replica = `${database}.replica`
  await using child = new MeasuredChild([...program.argv, 'replicate', database, `file://${replica}`])
  await child.until('the replica can be restored', () => isRestorable(replica))
  const { wallMs } = child
  const cpuMs = child.cpuMs()
  await sleep(Math.max(0, watchedMs - wallMs))
  const stored = [...(await storedAndQuiet(replica, QUIET_MS)).values()]
  const { rssBytesMax } = await child.stop()
  await checkReplica(program, database, replica)
  rmSync(replica, { recursive: true })
  rmSync(localStateOf(database), { recursive: true })
  const storedBytes = stored.reduce((sum, size) => sum + size, 0)
  return { wallMs, cpuMs, rssBytesMax, storedBytes, imageBytes: Math.max(...stored) }
}
