import { atLeast, atMost } from '../lib/bound.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { restoreRounds, restoreRows } from '../lib/restore-rounds.ts'

export const restoreSnapshot: Measure = {
  name: 'restore-snapshot',
  about: 'one big snapshot from the file backend, the command from its start to its end',
  run: measureRestore,
}

async function measureRestore(context: BenchContext): Promise<Row[]> {
  const megabytes = byEffort(context, { full: 1024, quick: 96, smoke: 2 })
  const rounds = roundsOf(context, { full: 5, quick: 2, smoke: 1 })
  const measured = await restoreRounds(context, { megabytes, rounds })
  return restoreRows(`restore ${megabytes} MiB`, measured, {
    rate: { must: atLeast(0.5, 'beside') },
    wall: { must: atMost(0.2, 'peer'), aim: atMost(0.08, 'peer') },
    rss: { must: atMost(150) },
  })
}
