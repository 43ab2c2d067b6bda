import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { idleWindow, type IdleCost } from '../lib/idle-window.ts'
import { runMeasured } from '../lib/measured-child.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { childProgram } from '../lib/programs.ts'
import { level0Folder, localStateOf, startReplicating } from '../lib/replicating.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides, type BothSides } from '../lib/sides.ts'
import { percentile } from '../lib/statistics.ts'

/** Longer than the sync interval: each commit finds the replicator at rest. */
const PAUSE_MS = 1100
/** One tick of the clock of CPU in a second, in percent: less than one tick cannot be asked for. */
const TICK_PERCENT_SECONDS = 1
/** After the last commit, before it is called idle. */
const SETTLE_MS = 3000

export const commitToReplica: Measure = {
  name: 'commit-to-replica',
  about: 'single commits of a second process after a pause, default settings, until the file is there',
  run: measureLatency,
}

interface Latencies {
  readonly localMs: readonly number[]
  readonly replicaMs: readonly number[]
  readonly idle: IdleCost
}

interface Plan {
  readonly replica: string
  readonly commits: number
  readonly idleSeconds: number
}

async function measureLatency(context: BenchContext): Promise<Row[]> {
  const { folder } = context
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const commits = byEffort(context, { full: 24, quick: 4, smoke: 2 })
  const idleSeconds = byEffort(context, { full: 20, quick: 3, smoke: 1 })
  const template = path.join(folder, 'template.db')
  makeDatabase(template, 1e6)
  const sides = await measureSides(context, rounds, async (program, round): Promise<Latencies> => {
    const database = path.join(folder, `app-${round}.db`)
    copyFileSync(template, database)
    return measureSide(program, database, {
      replica: path.join(folder, `replica-${round}`),
      commits,
      idleSeconds,
    })
  })
  const note = `${commits * rounds} commits, ${PAUSE_MS / 1000} to ${(PAUSE_MS / 1000) * 2} s apart`
  return [
    latencyRow(sides, 'commit to L0', 'localMs', 50),
    latencyRow(sides, 'commit to L0', 'localMs', 99),
    { ...latencyRow(sides, 'commit to replica', 'replicaMs', 50), must: atMost(25), aim: atMost(8) },
    { ...latencyRow(sides, 'commit to replica', 'replicaMs', 99), must: atMost(100), note },
    rowOf(
      sides,
      {
        what: 'one database, idle: CPU',
        unit: '% of a core',
        better: 'less',
        must: atMost(Math.max(0.1, TICK_PERCENT_SECONDS / idleSeconds)),
        grain: 0.1,
        note: `${idleSeconds} s, ${SETTLE_MS / 1000} s after the last commit; the clock of CPU has ticks of 10 ms`,
      },
      (each) => each.idle.cpuPercent,
    ),
  ]
}

async function measureSide(
  program: Program,
  database: string,
  { replica, commits, idleSeconds }: Plan,
): Promise<Latencies> {
  await using replicator = await startReplicating(program, database, replica)
  const local = level0Folder(localStateOf(database))
  const writer = childProgram('latency-writer.ts', database, local, level0Folder(replica), commits, PAUSE_MS)
  const { stdout } = await runMeasured(writer)
  await sleep(SETTLE_MS)
  const idle = await idleWindow(replicator, idleSeconds)
  await replicator.stop()
  await checkReplica(program, database, replica)
  return { ...(JSON.parse(stdout) as Omit<Latencies, 'idle'>), idle }
}

function latencyRow(
  sides: BothSides<Latencies>,
  what: string,
  which: 'localMs' | 'replicaMs',
  percent: number,
): Row {
  const figure = (side: 'ours' | 'peer'): Row['ours'] =>
    percentile(
      sides[side].flatMap((each) => each[which]),
      percent,
    )
  const peer = sides.peer.length === 0 ? undefined : figure('peer')
  return { what: `${what}: p${percent}`, unit: 'ms', better: 'less', ours: figure('ours'), peer }
}
