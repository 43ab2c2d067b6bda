import { copyFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { MeasuredChild } from '../lib/measured-child.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { childProgram } from '../lib/programs.ts'
import { startReplicating } from '../lib/replicating.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

const GIB = 1024 ** 3

export const syncThroughput: Measure = {
  name: 'sync-throughput',
  about: 'a second process writes as fast as it can; until the replica holds it all',
  run: measureSync,
}

interface Written {
  readonly walBytes: number
  readonly walFileBytesMax: number
  readonly commits: number
  readonly seconds: number
}

interface Synced extends Written {
  readonly syncedSeconds: number
  readonly cpuMs: number
  readonly rssBytesMax: number
}

async function measureSync(context: BenchContext): Promise<Row[]> {
  const { folder } = context
  const megabytes = byEffort(context, { full: 512, quick: 128, smoke: 4 })
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const template = path.join(folder, 'template.db')
  makeDatabase(template, byEffort(context, { full: 64e6, quick: 16e6, smoke: 1e6 }))
  const sides = await measureSides(context, rounds, async (program, round) => {
    const database = path.join(folder, `app-${round}.db`)
    copyFileSync(template, database)
    const synced = await measureSide(program, database, megabytes)
    context.log(
      `  ${program.side}: ${synced.syncedSeconds.toFixed(2)} s, ${(synced.cpuMs / 1000).toFixed(2)} s of CPU`,
    )
    return synced
  })
  const what = `sync ${megabytes} MB of WAL`
  return [
    rowOf(
      sides,
      { what: `${what}: rate`, unit: 'MB/s', better: 'more' },
      (each) => each.walBytes / 1e6 / each.syncedSeconds,
    ),
    rowOf(
      sides,
      { what: `${what}: the writer's`, unit: 'MB/s', better: 'more' },
      (each) => each.walBytes / 1e6 / each.seconds,
    ),
    rowOf(
      sides,
      {
        what: `${what}: CPU a GiB`,
        unit: 's',
        better: 'less',
        must: atMost(0.6, 'peer'),
        aim: atMost(0.35, 'peer'),
      },
      (each) => (each.cpuMs / 1000) * (GIB / each.walBytes),
    ),
    rowOf(
      sides,
      { what: `${what}: largest WAL`, unit: 'MB', better: 'less', must: atMost(1, 'peer') },
      (each) => each.walFileBytesMax / 1e6,
    ),
    rowOf(sides, { what: `${what}: RSS`, unit: 'MB', better: 'less' }, (each) => each.rssBytesMax / 1e6),
  ]
}

async function measureSide(program: Program, database: string, megabytes: number): Promise<Synced> {
  const replica = `${database}.replica`
  await using replicator = await startReplicating(program, database, replica)
  const beforeMs = replicator.cpuMs()
  const startMs = performance.now()
  await using writer = new MeasuredChild(childProgram('bulk-writer.ts', database, megabytes))
  await writer.until('all is written', () => writer.stdout.endsWith('}'))
  const written = JSON.parse(writer.stdout) as Written
  const cost = await replicator.stop() // with its final sync
  const syncedSeconds = (performance.now() - startMs) / 1000
  writer.tell('done')
  await writer.finished()
  await checkReplica(program, database, replica)
  rmSync(replica, { recursive: true })
  rmSync(database)
  return { ...written, syncedSeconds, cpuMs: cost.cpuMs - beforeMs, rssBytesMax: cost.rssBytesMax }
}
