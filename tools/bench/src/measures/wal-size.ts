import { copyFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { MeasuredChild } from '../lib/measured-child.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { childProgram } from '../lib/programs.ts'
import { startReplicating } from '../lib/replicating.ts'
import { makeDatabase, PAGE_SIZE } from '../lib/sample-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

const COMMITS_PER_SECOND = 10_000
/** 20 times the default `min-checkpoint-page-count`. */
const FRAMES_MAX = 20 * 1000
const FRAME_BYTES = PAGE_SIZE + 24

export const walSize: Measure = {
  name: 'wal-size',
  about: 'a second process commits 10,000 times a second: how large the WAL gets, and the CPU',
  run: measureWal,
}

interface Grown {
  readonly walFileBytesMax: number
  readonly commits: number
  readonly seconds: number
  readonly cpuMs: number
}

async function measureWal(context: BenchContext): Promise<Row[]> {
  const seconds = byEffort(context, { full: 15, quick: 3, smoke: 0.5 })
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const template = path.join(context.folder, 'template.db')
  makeDatabase(template, 1e6)
  const sides = await measureSides(context, rounds, async (program, round) => {
    const database = path.join(context.folder, `app-${round}.db`)
    copyFileSync(template, database)
    const grown = await measureSide(program, database, seconds)
    context.log(
      `  ${program.side}: ${(grown.walFileBytesMax / 1e6).toFixed(1)} MB, ${(grown.commits / grown.seconds).toFixed(0)} commits a second`,
    )
    return grown
  })
  const rates = sides.ours.map(({ commits, seconds: took }) => commits / took)
  const what = '10,000 commits a second'
  return [
    rowOf(
      sides,
      {
        what: `${what}: largest WAL`,
        unit: 'MB',
        better: 'less',
        must: atMost((FRAMES_MAX * FRAME_BYTES) / 1e6),
        note: `${Math.min(...rates).toFixed(0)} commits a second were reached`,
      },
      ({ walFileBytesMax }) => walFileBytesMax / 1e6,
    ),
    rowOf(
      sides,
      { what: `${what}: CPU`, unit: '% of a core', better: 'less' },
      ({ cpuMs, seconds: took }) => cpuMs / 10 / took,
    ),
  ]
}

async function measureSide(program: Program, database: string, seconds: number): Promise<Grown> {
  const replica = `${database}.replica`
  await using replicator = await startReplicating(program, database, replica)
  const beforeMs = replicator.cpuMs()
  await using writer = new MeasuredChild(
    childProgram('paced-writer.ts', database, COMMITS_PER_SECOND, seconds),
  )
  await writer.until('all is written', () => writer.stdout.endsWith('}'))
  const cpuMs = replicator.cpuMs() - beforeMs
  await replicator.stop()
  writer.tell('done')
  await writer.finished()
  await checkReplica(program, database, replica)
  rmSync(replica, { recursive: true })
  rmSync(database)
  return { ...(JSON.parse(writer.stdout) as Omit<Grown, 'cpuMs'>), cpuMs }
}
