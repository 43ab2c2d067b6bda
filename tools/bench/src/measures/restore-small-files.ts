import { atMost } from '../lib/bound.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { restoreRounds, restoreRows } from '../lib/restore-rounds.ts'

const PAGES_EACH = 20

export const restoreSmallFiles: Measure = {
  name: 'restore-small-files',
  about: 'a snapshot and the small files after it, the command from its start to its end',
  run: measureRestore,
}

async function measureRestore(context: BenchContext): Promise<Row[]> {
  const megabytes = byEffort(context, { full: 200, quick: 64, smoke: 1 })
  const count = byEffort(context, { full: 460, quick: 460, smoke: 5 })
  const rounds = roundsOf(context, { full: 5, quick: 2, smoke: 1 })
  const measured = await restoreRounds(context, {
    megabytes,
    rounds,
    small: { count, pagesEach: PAGES_EACH },
  })
  return restoreRows(`restore ${megabytes} MiB + ${count} files`, measured, {
    wall: { must: atMost(0.3, 'peer'), aim: atMost(0.15, 'peer') },
  })
}
