import { rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { atMost } from '../lib/bound.ts'
import { runMeasured, type Cost } from '../lib/measured-child.ts'
import { byEffort, roundsOf, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { makeRandomDatabase } from '../lib/random-database.ts'
import { rowOf } from '../lib/side-rows.ts'
import { listingsOf, S3_ENVIRONMENT, S3Line, type Door, type PassedRequests } from '../lib/s3-line.ts'
import { hashOf, mustHash } from '../lib/same-content.ts'
import { measureSides } from '../lib/sides.ts'

const MIB = 1024 * 1024
const PLACE = 'slow-line'
const ROUND_TRIP_MS = 50
const BYTES_PER_SECOND = 20e6

export const restoreSlowLine: Measure = {
  name: 'restore-slow-line',
  about: 'restore from S3 over a line of 50 ms and 20 MB/s a connection; its requests',
  run: measureRestore,
}

interface Restored extends Cost {
  readonly passed: PassedRequests
}

async function measureRestore(context: BenchContext): Promise<Row[]> {
  const { folder, ltx, log } = context
  const megabytes = byEffort(context, { full: 256, quick: 48, smoke: 4 })
  const rounds = roundsOf(context, { full: 5, quick: 1, smoke: 1 })
  const database = path.join(folder, 'big.db')
  makeRandomDatabase(database, megabytes * MIB)
  await using line = await S3Line.start({ latencyMs: ROUND_TRIP_MS / 2, bytesPerSecond: BYTES_PER_SECOND })
  const once = ['replicate', '-once', '-config', line.config(database, PLACE, 'direct')]
  await runMeasured([...ltx.argv, ...once], { env: S3_ENVIRONMENT })
  const sha256 = await hashOf(database)
  const output = path.join(folder, 'restored.db')
  const restore = async (program: Program, door: Door): Promise<Cost> => {
    const config = line.config(database, PLACE, door)
    const cost = await runMeasured([...program.argv, 'restore', '-config', config, '-o', output, database], {
      env: S3_ENVIRONMENT,
    })
    await mustHash(output, sha256)
    rmSync(output)
    return cost
  }
  const sides = await measureSides(context, rounds, async (program): Promise<Restored> => {
    const cost = await restore(program, 'slow')
    await restore(program, 0) // counting costs time: apart
    const [passed] = await line.counts()
    if (passed === undefined) throw new Error('nothing was counted')
    log(`  ${program.side}: ${(cost.wallMs / 1000).toFixed(2)} s, ${listingsOf(passed)} LIST`)
    return { ...cost, passed }
  })
  const what = `restore ${megabytes} MiB from S3, ${ROUND_TRIP_MS} ms, 20 MB/s a connection`
  const words = { better: 'less' } as const
  return [
    {
      ...rowOf(sides, { ...words, what: `${what}: wall`, unit: 's' }, ({ wallMs }) => wallMs / 1000),
      must: atMost(0.25, 'peer'),
      aim: atMost(0.15, 'peer'),
      note: `${(statSync(database).size / MIB).toFixed(0)} MiB that do not compress`,
    },
    rowOf(sides, { ...words, what: `${what}: CPU`, unit: 's' }, ({ cpuMs }) => cpuMs / 1000),
    {
      ...rowOf(sides, { ...words, what: `${what}: LIST`, unit: 'requests' }, ({ passed }) =>
        listingsOf(passed),
      ),
      must: atMost(12),
    },
    rowOf(sides, { ...words, what: `${what}: all`, unit: 'requests' }, ({ passed }) => passed.requests),
  ]
}
