import path from 'node:path'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { runMeasured } from '../lib/measured-child.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { childProgram } from '../lib/programs.ts'
import { startReplicating } from '../lib/replicating.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { percentile } from '../lib/statistics.ts'

const PAUSE_MS = 2
/** Less than this nobody can tell from noise, however steady the machine. */
const NOISE_MIN = 1.1

export const commitLatency: Measure = {
  name: 'commit-latency',
  about: 'how long commits take the application, with a replicator beside it and without, in turns',
  run: measureCommits,
}

async function measureCommits(context: BenchContext): Promise<Row[]> {
  const { folder, ltx, peer } = context
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const seconds = byEffort(context, { full: 6, quick: 2, smoke: 0.3 })
  const withOurs: number[] = []
  const withPeer: number[] = []
  const alone: number[][] = []
  for (let round = 0; round < rounds; round++) {
    const database = (side: string): string => path.join(folder, `${side}-${round}.db`)
    const turns: (() => Promise<unknown>)[] = [
      async () => alone.push(...thirdsOf(await measureAlone(database('alone'), seconds))),
      async () => withOurs.push(...(await measureBeside(ltx, database('ours'), seconds))),
    ]
    if (peer !== null)
      turns.push(async () => withPeer.push(...(await measureBeside(peer, database('peer'), seconds))))
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  return [50, 99].map((percent): Row => ({
    what: `commit of the application: p${percent}`,
    unit: 'ms',
    better: 'less',
    ours: percentile(withOurs, percent),
    peer: withPeer.length === 0 ? undefined : percentile(withPeer, percent),
    beside: { name: 'none', figure: percentile(alone.flat(), percent) },
    must: atMost(noiseOf(alone, percent), 'beside'),
    note: 'the limit is by how much runs without a replicator differ among themselves',
  }))
}

/** Each third of a run tells by how much such runs differ. */
function thirdsOf(samples: readonly number[]): number[][] {
  const third = Math.ceil(samples.length / 3)
  return [samples.slice(0, third), samples.slice(third, 2 * third), samples.slice(2 * third)]
}

/** The worst part divided by all of them together, as a limit with two digits after the point. */
function noiseOf(parts: readonly (readonly number[])[], percent: number): number {
  const worst = Math.max(...parts.map((part) => percentile(part, percent).value))
  return Number(Math.max(NOISE_MIN, worst / percentile(parts.flat(), percent).value).toFixed(2))
}

async function measureAlone(database: string, seconds: number): Promise<number[]> {
  makeDatabase(database, 1e6)
  const { stdout } = await runMeasured(childProgram('commit-writer.ts', database, seconds, PAUSE_MS))
  return JSON.parse(stdout) as number[]
}

async function measureBeside(program: Program, database: string, seconds: number): Promise<number[]> {
  makeDatabase(database, 1e6)
  const replica = `${database}.replica`
  await using replicator = await startReplicating(program, database, replica)
  const { stdout } = await runMeasured(childProgram('commit-writer.ts', database, seconds, PAUSE_MS))
  await replicator.stop()
  await checkReplica(program, database, replica)
  return JSON.parse(stdout) as number[]
}
