import path from 'node:path'
import { atMost } from '../lib/bound.ts'
import { runMeasured } from '../lib/measured-child.ts'
import { roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { mustHash } from '../lib/same-content.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { makeReplica } from '../lib/sample-replica.ts'
import { rowOf } from '../lib/side-rows.ts'
import { measureSides } from '../lib/sides.ts'

export const startUp: Measure = {
  name: 'start-up',
  about: 'the command with next to nothing to do',
  run: measureStartUp,
}

async function measureStartUp(context: BenchContext): Promise<Row[]> {
  const { folder, ltx } = context
  const rounds = roundsOf(context, { full: 20, quick: 6, smoke: 1 })
  const note = `ours: ${ltx.kind}`
  const version = await measureSides(context, rounds, (program) => runMeasured([...program.argv, 'version']))
  const database = path.join(folder, 'small.db')
  makeDatabase(database, 100_000)
  const replica = await makeReplica(database, path.join(folder, 'replica'))
  const restore = await measureSides(context, rounds, async (program, round) => {
    const output = path.join(folder, `restored-${round}.db`)
    const cost = await runMeasured([...program.argv, 'restore', '-o', output, `file://${replica.folder}`])
    await mustHash(output, replica.sha256)
    return cost
  })
  const words = { unit: 'ms', better: 'less', note } as const
  return [
    rowOf(version, { ...words, what: 'version', must: atMost(90), aim: atMost(60) }, ({ wallMs }) => wallMs),
    rowOf(
      restore,
      { ...words, what: 'restore 100 KB', must: atMost(120), aim: atMost(90) },
      ({ wallMs }) => wallMs,
    ),
  ]
}
