import { rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { runMeasured } from '../lib/measured-child.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { filesOf } from '../lib/replicating.ts'
import { checkpointFully, hashOf, mustHash } from '../lib/same-content.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

const MIB = 1024 * 1024
const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const

export const firstReplication: Measure = {
  name: 'first-replication',
  about: 'a big database nobody has replicated before: replicate -once',
  run: measureFirst,
}

async function measureFirst(context: BenchContext): Promise<Row[]> {
  const { folder, log } = context
  const megabytes = byEffort(context, { full: 1024, quick: 256, smoke: 2 })
  const rounds = byEffort(context, { full: 3, quick: 1, smoke: 1 })
  const database = path.join(folder, 'big.db')
  const bytes = makeDatabase(database, megabytes * MIB)
  const replica = path.join(folder, 'replica')
  const sides = await measureSides(context, rounds, async (program) => {
    const cost = await runMeasured([...program.argv, 'replicate', '-once', database, `file://${replica}`])
    log(`  ${program.side}: ${(cost.wallMs / 1000).toFixed(2)} s`)
    const storedBytes = storedIn(replica)
    const output = path.join(folder, 'restored.db')
    await runMeasured([...program.argv, 'restore', '-o', output, `file://${replica}`])
    checkpointFully(database) // Litestream has written its own tables into it
    await mustHash(output, await hashOf(database))
    rmSync(output)
    rmSync(replica, { recursive: true })
    rmSync(path.join(folder, '.big.db-litestream'), { recursive: true })
    return { ...cost, storedBytes }
  })
  const what = `first replication of ${megabytes} MiB`
  return [
    rowOf(sides, { what: `${what}: wall`, unit: 's', better: 'less' }, ({ wallMs }) => wallMs / 1000),
    rowOf(
      sides,
      { what: `${what}: rate`, unit: 'MB/s', better: 'more' },
      ({ wallMs }) => bytes / 1000 / wallMs,
    ),
    rowOf(sides, { what: `${what}: CPU`, unit: 's', better: 'less' }, ({ cpuMs }) => cpuMs / 1000),
    rowOf(
      sides,
      { what: `${what}: stored`, unit: 'MB', better: 'less' },
      ({ storedBytes }) => storedBytes / 1e6,
    ),
    rowOf(
      sides,
      { what: `${what}: RSS`, unit: 'MB', better: 'less', floor: { is: 'at most', limit: 200, of: 'ours' } },
      ({ rssBytesMax }) => rssBytesMax / 1e6,
    ),
  ]
}

function storedIn(replica: string): number {
  let bytes = 0
  for (const level of LEVELS) {
    for (const name of filesOf(replica, level))
      bytes += statSync(path.join(replica, `ltx/${level}`, name)).size
  }
  return bytes
}
