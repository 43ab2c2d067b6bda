// `pnpm servers run s3 -- node tools/servers/bench/restore-slow-line.ts [MIB] [ROUND_TRIP_MS] [MB_PER_SECOND]`: how much
// faster than one connection is a restore of one large snapshot, over a line that gives each connection 20 MB/s? On a machine
// that is busy or small, the last row shows the most that it can do; a slower line then shows the same with less work.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import { BACKENDS } from '../test/backends.ts'
import { Replicating } from '../test/replicating.ts'
import { Scene } from '../test/scene.ts'
import { Writer } from '../test/writer.ts'

const MIB = 1024 * 1024
const ROUNDS = 3

const [megabytes = 256, roundTripMs = 50, megabytesPerSecond = 20] = process.argv.slice(2).map(Number)
const s3 = BACKENDS.find(({ name }) => name === 's3')
if (s3 === undefined) throw new Error('S3 is not in the table')

await using scene = await Scene.make(s3)
const bytes = await makeSnapshot()
const child = spawn(
  process.execPath,
  [
    path.join(import.meta.dirname, 'proxy-child.ts'),
    ...[scene.serverPort, roundTripMs / 2, megabytesPerSecond * 1e6].map(String),
  ],
  { stdio: ['pipe', 'pipe', 'inherit'] },
)
try {
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  await measure(Number(line.toString()))
} finally {
  child.stdin.end()
}

async function measure(slowPort: number): Promise<void> {
  console.log(
    `${Math.round(bytes / MIB)} MiB stored; round trip ${roundTripMs} ms, ${megabytesPerSecond} MB/s a connection`,
  )
  const single = await best(() => readWhole(slowPort))
  report('one request for the whole file', single, single)
  for (const parallelism of [1, 4, 8, 16, 32]) {
    const ms = await best(async () => {
      await scene.restore({ parallelism }, { port: slowPort })
    })
    report(`restore, parallelism ${parallelism}${parallelism === 8 ? ' (the default)' : ''}`, ms, single)
  }
  report('restore without the slow line', await best(async () => void (await scene.restore())), single)
}

/** The shortest of some rounds, in ms. */
async function best(run: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return Math.min(...times)
}

async function readWhole(slowPort: number): Promise<void> {
  await using client: ReplicaClient = scene.client({ port: slowPort })
  for await (const file of client.listFiles(9)) {
    let read = 0
    for await (const chunk of client.readFile(file)) read += chunk.length
    if (read !== file.size) throw new Error(`${read} of ${file.size} bytes came`)
  }
}

function report(what: string, ms: number, singleMs: number): void {
  const rate = bytes / 1e6 / (ms / 1000)
  console.log(
    `${what.padEnd(36)} ${ms.toFixed(0).padStart(7)} ms ${rate.toFixed(1).padStart(7)} MB/s  ${(singleMs / ms).toFixed(2)} x`,
  )
}

/** @returns the bytes stored: of a database of random content, which does not compress. */
async function makeSnapshot(): Promise<number> {
  await using writer = await Writer.start(scene.path('app.db'))
  for (let made = 0; made < megabytes; made += 4) await writer.writeAtOnce(1024, 3900)
  const store = { compactionEnabled: false }
  await using replicating = await Replicating.start(scene, { databasePath: scene.path('app.db'), store })
  await replicating.database.sync()
  const snapshot = await replicating.database.snapshot()
  return snapshot?.file.size ?? 0
}
