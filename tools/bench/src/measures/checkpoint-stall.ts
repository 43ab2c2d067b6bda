import path from 'node:path'
import { checkReplica } from '../lib/check-replica.ts'
import { runMeasured } from '../lib/measured-child.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { childProgram } from '../lib/programs.ts'
import type { Program } from '../lib/program-under-test.ts'
import { filesOf, startReplicating } from '../lib/replicating.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { percentile, type Figure } from '../lib/statistics.ts'

const PAUSE_MS = 2
const EVERY_MS = 1700

export const checkpointStall: Measure = {
  name: 'checkpoint-stall',
  about: 'how long a TRUNCATE checkpoint of the application keeps its writers waiting',
  fullOnly: true,
  run: measureStalls,
}

interface Stalls {
  readonly commitMs: readonly number[]
  readonly checkpointMs: readonly number[]
  readonly files: number
}

async function measureStalls(context: BenchContext): Promise<Row[]> {
  const { folder, ltx, peer } = context
  const seconds = byEffort(context, { full: 20, quick: 4, smoke: 0.3 })
  const alone = await measureAlone(path.join(folder, 'alone.db'), seconds)
  const ours = await measureBeside(ltx, path.join(folder, 'ours.db'), seconds)
  const theirs = peer === null ? null : await measureBeside(peer, path.join(folder, 'peer.db'), seconds)
  const row = (what: string, unit: string, figure: (stalls: Stalls) => Figure): Row => ({
    what,
    unit,
    better: 'less',
    ours: figure(ours),
    peer: theirs === null ? undefined : figure(theirs),
    beside: { name: 'no replicator', figure: figure(alone) },
  })
  return [
    row('TRUNCATE checkpoint: p50', 'ms', ({ checkpointMs }) => percentile(checkpointMs, 50)),
    row('TRUNCATE checkpoint: longest', 'ms', ({ checkpointMs }) => percentile(checkpointMs, 100)),
    row('a commit beside it: longest', 'ms', ({ commitMs }) => percentile(commitMs, 100)),
    row('level 0 files a second', '1/s', ({ files }) => percentile([files / seconds], 100)),
  ]
}

async function measureAlone(database: string, seconds: number): Promise<Stalls> {
  makeDatabase(database, 1e6)
  return { ...(await runWriter(database, seconds)), files: 0 }
}

async function measureBeside(program: Program, database: string, seconds: number): Promise<Stalls> {
  makeDatabase(database, 1e6)
  const replica = `${database}.replica`
  await using replicator = await startReplicating(program, database, replica)
  const stalls = await runWriter(database, seconds)
  const files = filesOf(replica, 0).length
  await replicator.stop()
  await checkReplica(program, database, replica)
  return { ...stalls, files }
}

async function runWriter(database: string, seconds: number): Promise<Omit<Stalls, 'files'>> {
  const { stdout } = await runMeasured(
    childProgram('checkpointing-writer.ts', database, seconds, PAUSE_MS, 'TRUNCATE', EVERY_MS),
  )
  const { commitMs, checkpointMs } = JSON.parse(stdout) as Omit<Stalls, 'files'>
  return { commitMs, checkpointMs: checkpointMs.length === 0 ? [0] : checkpointMs }
}
