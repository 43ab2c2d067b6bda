import { setTimeout as sleep } from 'node:timers/promises'
import { atMost } from '../lib/bound.ts'
import { checkReplica } from '../lib/check-replica.ts'
import { LagWatch } from '../lib/lag-watch.ts'
import {
  allReplicated,
  makeManyDatabases,
  replicateMany,
  writeOnce,
  type ManyDatabases,
} from '../lib/many-databases.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import { median, percentile } from '../lib/statistics.ts'

const BYTES_EACH = 20_000
const TICK_MS = 20
const CHECKED = 5

export const tenThousand: Measure = {
  name: 'ten-thousand',
  about: '10,000 databases of which 1 % are written each second; ours alone, Litestream does not start',
  fullOnly: true,
  run: measureTenThousand,
}

async function measureTenThousand(context: BenchContext): Promise<Row[]> {
  const { folder, ltx, log } = context
  const count = byEffort(context, { full: 10_000, quick: 2000, smoke: 10 })
  const seconds = byEffort(context, { full: 120, quick: 20, smoke: 1 })
  const many = makeManyDatabases(folder, count, BYTES_EACH)
  {
    await using first = replicateMany(ltx, many)
    await allReplicated(first, many)
    log(`  all replicated after ${(first.wallMs / 1000).toFixed(1)} s`)
    await first.stop()
  }
  await using child = replicateMany(ltx, many)
  const lag = new LagWatch()
  const last = many.databases.length - 1
  commit(many, last, lag)
  await child.until('it follows again', () => (lag.look(), lag.waiting === 0))
  const readyMs = child.wallMs
  log(`  follows again after ${(readyMs / 1000).toFixed(1)} s`)
  const beforeMs = child.cpuMs()
  const { lagMs, elapsedMs } = await writeEverySecond(many, seconds)
  const cpuPercent = ((child.cpuMs() - beforeMs) / elapsedMs) * 100
  const rssMb = (child.memory()?.rssBytes ?? Number.NaN) / 1e6
  const { rssBytesMax } = await child.stop()
  for (let index = 0; index <= last; index += Math.ceil(count / CHECKED)) {
    await checkReplica(ltx, many.databases[index] ?? '', many.replicas[index] ?? '')
  }
  const what = `${count} databases, 1 % a second`
  const row = (name: string, unit: string, ours: Row['ours'], asked: Partial<Row> = {}): Row => ({
    what: `${what}: ${name}`,
    unit,
    better: 'less',
    ours,
    ...asked,
  })
  return [
    row('second start', 's', median([readyMs / 1000])),
    row('CPU', '% of a core', median([cpuPercent])),
    row('RSS', 'MB', median([rssMb]), { aim: atMost(250) }),
    row('largest RSS', 'MB', median([rssBytesMax / 1e6])),
    row(
      'lag p50',
      's',
      percentile(
        lagMs.map((ms) => ms / 1000),
        50,
      ),
    ),
    row(
      'lag p99',
      's',
      percentile(
        lagMs.map((ms) => ms / 1000),
        99,
      ),
      {
        aim: atMost(2),
        note: `${lagMs.length} commits, spread over each second`,
      },
    ),
  ]
}

/** One per cent of them each second, another one each time, and waits until all of it is in the replicas. */
async function writeEverySecond(
  many: ManyDatabases,
  seconds: number,
): Promise<{ readonly lagMs: readonly number[]; readonly elapsedMs: number }> {
  const lag = new LagWatch()
  const perSecond = Math.max(1, Math.round(many.databases.length / 100))
  const startMs = performance.now()
  let written = 0
  while (performance.now() - startMs < seconds * 1000) {
    const due = ((performance.now() - startMs) / 1000) * perSecond
    for (; written < due; written++) commit(many, (written * 7919) % many.databases.length, lag)
    lag.look()
    await sleep(TICK_MS)
  }
  const elapsedMs = performance.now() - startMs
  while (lag.waiting > 0) {
    if (performance.now() - startMs > seconds * 1000 + 60_000) {
      throw new Error(`${lag.waiting} commits did not get to their replicas`)
    }
    lag.look()
    await sleep(TICK_MS)
  }
  return { lagMs: lag.lagMs, elapsedMs }
}

function commit(many: ManyDatabases, index: number, lag: LagWatch): void {
  const replica = many.replicas[index] ?? ''
  if (lag.isWaitingFor(replica)) return // it is late: its lag is still counted from the first commit
  const committed = lag.willCommit(replica)
  writeOnce(many.databases[index] ?? '')
  committed()
}
