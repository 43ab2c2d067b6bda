import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { makeDirectory } from '../lib/directory-of-databases.ts'
import { allReplicated, replicateMany, writeOnce, type ManyDatabases } from '../lib/many-databases.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { filesOf } from '../lib/replicating.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

const SETTLE_MS = 2000
const CHECKED = 5

export const directory: Measure = {
  name: 'directory',
  about: 'a directory of databases, one commit to each: from the last one until all are in their replicas',
  run: measureDirectory,
}

interface Written {
  readonly afterLastMs: number
  readonly cpuMs: number
}

async function measureDirectory(context: BenchContext): Promise<Row[]> {
  const count = byEffort(context, { full: 500, quick: 60, smoke: 5 })
  const rounds = roundsOf(context, { full: 5, quick: 2, smoke: 1 })
  const sides = await measureSides(context, rounds, async (program, round) => {
    const folder = path.join(context.folder, `round-${round}`)
    const written = await measureSide(program, makeDirectory(folder, count))
    rmSync(folder, { recursive: true })
    context.log(`  ${program.side}: ${(written.afterLastMs / 1000).toFixed(2)} s`)
    return written
  })
  const what = `directory of ${count}, all written`
  const asked = { must: atMost(1, 'peer'), aim: atMost(0.5, 'peer') }
  return [
    rowOf(
      sides,
      { what: `${what}: after the last`, unit: 's', better: 'less', ...asked },
      ({ afterLastMs }) => afterLastMs / 1000,
    ),
    rowOf(
      sides,
      { what: `${what}: CPU`, unit: 's', better: 'less', grain: 0.02, ...asked },
      ({ cpuMs }) => cpuMs / 1000,
    ),
  ]
}

async function measureSide(program: Program, many: ManyDatabases): Promise<Written> {
  await using child = replicateMany(program, many)
  await allReplicated(child, many)
  await sleep(SETTLE_MS)
  const waiting = new Map(many.replicas.map((replica) => [replica, filesOf(replica, 0).length]))
  const beforeMs = child.cpuMs()
  for (const database of many.databases) writeOnce(database)
  const lastMs = performance.now()
  await child.until('all is in the replicas', () => {
    for (const [replica, files] of waiting) {
      if (filesOf(replica, 0).length > files) waiting.delete(replica)
    }
    return waiting.size === 0
  })
  const afterLastMs = performance.now() - lastMs
  const cpuMs = child.cpuMs() - beforeMs
  await child.stop()
  const step = Math.ceil(many.databases.length / CHECKED)
  for (let index = 0; index < many.databases.length; index += step) {
    await checkReplica(program, many.databases[index] ?? '', many.replicas[index] ?? '')
  }
  return { afterLastMs, cpuMs }
}
