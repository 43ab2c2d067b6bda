import { rmSync } from 'node:fs'
import path from 'node:path'
import { ddMs } from '../lib/dd-beside.ts'
import { runMeasured } from '../lib/measured-child.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { mustHash } from '../lib/same-content.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { makeReplica } from '../lib/sample-replica.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'
import { median } from '../lib/statistics.ts'

const MIB = 1024 * 1024
const PAGES_EACH = 20

export const restoreSmallFiles: Measure = {
  name: 'restore-small-files',
  about: 'a snapshot and the small files after it, the command from its start to its end',
  run: measureRestore,
}

async function measureRestore(context: BenchContext): Promise<Row[]> {
  const { folder, log } = context
  const megabytes = byEffort(context, { full: 200, quick: 64, smoke: 1 })
  const count = byEffort(context, { full: 300, quick: 300, smoke: 5 })
  const rounds = byEffort(context, { full: 5, quick: 2, smoke: 1 })
  const database = path.join(folder, 'app.db')
  makeDatabase(database, megabytes * MIB)
  const replica = await makeReplica(database, path.join(folder, 'replica'), { count, pagesEach: PAGES_EACH })
  const output = path.join(folder, 'restored.db')
  const dd: number[] = []
  const sides = await measureSides(context, rounds, async (program) => {
    dd.push(await ddMs(path.join(folder, 'dd.bin'), replica.databaseBytes))
    const cost = await runMeasured([...program.argv, 'restore', '-o', output, `file://${replica.folder}`])
    log(`  ${program.side}: ${(cost.wallMs / 1000).toFixed(2)} s`)
    await mustHash(output, replica.sha256)
    rmSync(output)
    return cost
  })
  const what = `restore ${megabytes} MiB + ${count} files`
  const seconds = rowOf(
    sides,
    { what: `${what}: wall`, unit: 's', better: 'less' },
    ({ wallMs }) => wallMs / 1000,
  )
  return [
    { ...seconds, beside: { name: 'dd', figure: median(dd.map((ms) => ms / 1000)) } },
    rowOf(
      sides,
      { what: `${what}: rate`, unit: 'MB/s', better: 'more' },
      ({ wallMs }) => replica.databaseBytes / 1000 / wallMs,
    ),
    rowOf(sides, { what: `${what}: CPU`, unit: 's', better: 'less' }, ({ cpuMs }) => cpuMs / 1000),
    rowOf(
      sides,
      { what: `${what}: RSS`, unit: 'MB', better: 'less' },
      ({ rssBytesMax }) => rssBytesMax / 1e6,
    ),
  ]
}
