import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { idleWindow, type IdleCost } from '../lib/idle-window.ts'
import { allReplicated, makeManyDatabases, replicateMany } from '../lib/many-databases.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

/** What the start itself leaves to do is over. */
const SETTLE_MS = 3000
/** Default `dormantAfterMs`, and the slow poll that lets them sleep. */
const DORMANT_AFTER_MS = 95_000

export const idleDatabases: Measure = {
  name: 'idle-100',
  about:
    'CPU and RSS of the command with 100 databases nobody writes to, before and after they are let sleep',
  run: measureIdle,
}

interface Idle {
  readonly active: IdleCost
  readonly dormant: IdleCost | null
}

async function measureIdle(context: BenchContext): Promise<Row[]> {
  const count = byEffort(context, { full: 100, quick: 100, smoke: 3 })
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const sides = await measureSides(context, rounds, (program, round) =>
    measureSide(context, program, { folder: path.join(context.folder, `round-${round}`), count }),
  )
  const seconds = windowSeconds(context)
  const active = `${count} databases, idle`
  const rows = [
    {
      ...rowOf(
        sides,
        { what: `${active}: CPU`, unit: '% of a core', better: 'less' },
        (each) => each.active.cpuPercent,
      ),
      must: atMost(1),
      grain: 0.1,
      note: `${seconds} s from ${SETTLE_MS / 1000} s after the start, all of ours active`,
    },
    rowOf(
      sides,
      { what: `${active}: RSS`, unit: 'MB', better: 'less' },
      (each) => each.active.rssBytes / 1e6,
    ),
  ]
  if (context.effort !== 'full') return rows
  const dormant = `${count} databases, dormant`
  return [
    ...rows,
    {
      ...rowOf(
        sides,
        { what: `${dormant}: CPU`, unit: '% of a core', better: 'less', must: atMost(0.3), aim: atMost(0) },
        (each) => lastOf(each).cpuPercent,
      ),
      note: `${seconds} s from ${DORMANT_AFTER_MS / 1000} s after the start; Litestream has no such state and is as before`,
    },
    rowOf(
      sides,
      { what: `${dormant}: RSS`, unit: 'MB', better: 'less', must: atMost(110), aim: atMost(80) },
      (each) => lastOf(each).rssBytes / 1e6,
    ),
  ]
}

async function measureSide(
  context: BenchContext,
  program: Program,
  place: { readonly folder: string; readonly count: number },
): Promise<Idle> {
  const many = makeManyDatabases(place.folder, place.count)
  await using child = replicateMany(program, many)
  const startMs = performance.now()
  await allReplicated(child, many)
  await sleep(SETTLE_MS)
  const active = await idleWindow(child, windowSeconds(context))
  context.log(
    `  ${program.side}: ${active.cpuPercent.toFixed(2)} %, ${(active.rssBytes / 1e6).toFixed(0)} MB`,
  )
  let dormant: IdleCost | null = null
  if (context.effort === 'full' && program.side === 'ours') {
    await sleep(DORMANT_AFTER_MS - (performance.now() - startMs))
    dormant = await idleWindow(child, windowSeconds(context))
    context.log(`  dormant: ${dormant.cpuPercent.toFixed(2)} %, ${(dormant.rssBytes / 1e6).toFixed(0)} MB`)
  }
  await child.stop()
  const [database = ''] = many.databases
  const [replica = ''] = many.replicas
  await checkReplica(program, database, replica)
  return { active, dormant }
}

/** Of Litestream, which has no such state, the only one. */
function lastOf(each: Idle): IdleCost {
  return each.dormant ?? each.active
}

/** Within the time in which ours are still active. */
function windowSeconds(context: BenchContext): number {
  return byEffort(context, { full: 40, quick: 5, smoke: 1 })
}
