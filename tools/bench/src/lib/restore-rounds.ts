import { rmSync } from 'node:fs'
import path from 'node:path'
import { ddMs } from './dd-beside.ts'
import type { BenchContext, Row } from './measure.ts'
import { type Cost, runMeasured } from './measured-child.ts'
import { mustHash } from './same-content.ts'
import { makeDatabase } from './sample-database.ts'
import { makeReplica, type SmallFiles } from './sample-replica.ts'
import { rowOf } from './side-rows.ts'
import { type BothSides, measureSides } from './sides.ts'
import { type Figure, median } from './statistics.ts'

const MIB = 1024 * 1024

export interface RestoreWork {
  readonly megabytes: number
  /** Files after the snapshot; none when absent. */
  readonly small?: SmallFiles
  readonly rounds: number
}

export interface RestoreRounds {
  readonly sides: BothSides<Cost>
  /** Of the database that came out. */
  readonly databaseBytes: number
  /** Milliseconds that `dd` needed for as many bytes, right before each round. */
  readonly ddMs: readonly number[]
}

/** Makes a replica and restores it, by the command from its start to its end. Each result is compared with what must come out. */
export async function restoreRounds(context: BenchContext, work: RestoreWork): Promise<RestoreRounds> {
  const { folder, log } = context
  const database = path.join(folder, 'source.db')
  makeDatabase(database, work.megabytes * MIB)
  const replica = await makeReplica(database, path.join(folder, 'replica'), work.small)
  rmSync(database)
  const output = path.join(folder, 'restored.db')
  const dd: number[] = []
  const sides = await measureSides(context, work.rounds, async (program) => {
    dd.push(await ddMs(path.join(folder, 'dd.bin'), replica.databaseBytes))
    const cost = await runMeasured([...program.argv, 'restore', '-o', output, `file://${replica.folder}`])
    log(`  ${program.side}: ${(cost.wallMs / 1000).toFixed(2)} s`)
    await mustHash(output, replica.sha256)
    rmSync(output)
    return cost
  })
  return { sides, databaseBytes: replica.databaseBytes, ddMs: dd }
}

type Bounds = Pick<Row, 'must' | 'aim'>

/** Rate, wall time, CPU time and memory. The rate has that of `dd` beside it. */
export function restoreRows(
  what: string,
  { sides, databaseBytes, ddMs: dd }: RestoreRounds,
  bounds: { readonly rate?: Bounds; readonly wall?: Bounds; readonly rss?: Bounds } = {},
): Row[] {
  const rate = (ms: number): number => databaseBytes / 1000 / ms
  const ddRate: Figure = median(dd.map(rate))
  const row = (name: string, unit: string, pick: (cost: Cost) => number, given: Bounds = {}): Row =>
    rowOf(sides, { what: `${what}: ${name}`, unit, better: 'less', ...given }, pick)
  return [
    {
      ...rowOf(sides, { what: `${what}: rate`, unit: 'MB/s', better: 'more', ...bounds.rate }, ({ wallMs }) =>
        rate(wallMs),
      ),
      beside: { name: 'dd', figure: ddRate },
    },
    row('wall', 's', ({ wallMs }) => wallMs / 1000, bounds.wall),
    row('CPU', 's', ({ cpuMs }) => cpuMs / 1000),
    row('RSS', 'MB', ({ rssBytesMax }) => rssBytesMax / 1e6, bounds.rss),
  ]
}
