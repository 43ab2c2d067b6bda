import path from 'node:path'
import { checkReplica } from '../lib/check-replica.ts'
import { runMeasured } from '../lib/measured-child.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { childProgram } from '../lib/programs.ts'
import { startReplicating } from '../lib/replicating.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { percentile } from '../lib/statistics.ts'

const PAUSE_MS = 2

export const commitLatency: Measure = {
  name: 'commit-latency',
  about: 'how long commits take the application, with a replicator beside it and without, in turns',
  run: measureCommits,
}

async function measureCommits(context: BenchContext): Promise<Row[]> {
  const { folder, ltx, peer } = context
  const rounds = byEffort(context, { full: 3, quick: 1, smoke: 1 })
  const seconds = byEffort(context, { full: 8, quick: 4, smoke: 0.3 })
  const withOurs: number[] = []
  const withPeer: number[] = []
  const alone: number[] = []
  for (let round = 0; round < rounds; round++) {
    const database = (side: string): string => path.join(folder, `${side}-${round}.db`)
    const turns: (() => Promise<unknown>)[] = [
      async () => alone.push(...(await measureAlone(database('alone'), seconds))),
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
    beside: { name: 'no replicator', figure: percentile(alone, percent) },
  }))
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
