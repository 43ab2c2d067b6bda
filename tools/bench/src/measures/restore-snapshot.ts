import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { restoreRounds, restoreRows } from '../lib/restore-rounds.ts'

export const restoreSnapshot: Measure = {
  name: 'restore-snapshot',
  about: 'one big snapshot from the file backend, the command from its start to its end',
  run: measureRestore,
}

async function measureRestore(context: BenchContext): Promise<Row[]> {
  const megabytes = byEffort(context, { full: 1024, quick: 256, smoke: 2 })
  const rounds = byEffort(context, { full: 5, quick: 2, smoke: 1 })
  const measured = await restoreRounds(context, { megabytes, rounds })
  return restoreRows(`restore ${megabytes} MiB snapshot`, measured, {
    rate: { is: 'at least', limit: 0.5, of: 'beside' },
    rss: { is: 'at most', limit: 200, of: 'ours' },
  })
}
