import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import { atMost } from '../lib/bound.ts'
import { runMeasured, MeasuredChild } from '../lib/measured-child.ts'
import { byEffort, type BenchContext, type Measure, type Row } from '../lib/measure.ts'
import type { Program } from '../lib/program-under-test.ts'
import { listingsOf, S3_ENVIRONMENT, S3Line, type PassedRequests } from '../lib/s3-line.ts'
import { checkpointFully, hashOf, mustHash } from '../lib/same-content.ts'
import { makeDatabase } from '../lib/sample-database.ts'
import { median, type Figure } from '../lib/statistics.ts'

const HOUR_SECONDS = 3600
/** Default levels 1 and 2 are over then, and level 0 is deleted: in the second of these after the start. */
const LEVEL2_MS = 300_000
const AFTER_LEVEL2_MS = 40_000

export const requests: Measure = {
  name: 'requests',
  about:
    'requests to S3 for a commit at one a second, and for an idle database; ours and Litestream at the same time',
  run: measureRequests,
}

/** One program on one database, and the port that counts its requests. */
interface Follower extends AsyncDisposable {
  readonly program: Program
  readonly database: string
  readonly config: string
  readonly child: MeasuredChild
}

/** Of ours and, where it runs, of Litestream. */
interface Counted {
  readonly idle: readonly PassedRequests[] | null
  readonly writing: readonly PassedRequests[]
}

async function measureRequests(context: BenchContext): Promise<Row[]> {
  const commits = byEffort(context, { full: 300, quick: 8, smoke: 2 })
  const idleSeconds = byEffort(context, { full: 240, quick: 0, smoke: 0 })
  const { idle, writing } = await count(context, commits, idleSeconds)
  const rows = [
    countedRow(
      writing,
      {
        what: 'requests a commit, one a second',
        unit: 'requests',
        must: atMost(1.06),
        aim: atMost(1.04),
        note: `${commits} commits`,
      },
      (passed) => passed.requests / commits,
    ),
    countedRow(
      writing,
      { what: 'LIST while one commits a second', unit: 'requests', must: atMost(0) },
      listingsOf,
    ),
    countedRow(
      writing,
      { what: 'down for a commit, one a second', unit: 'bytes' },
      (passed) => passed.bytesDown / commits,
    ),
  ]
  if (idle === null) return rows
  const anHour = HOUR_SECONDS / idleSeconds
  const asked = { must: atMost(0), note: `${idleSeconds} s, times ${anHour}` }
  return [
    countedRow(
      idle,
      { what: 'requests in an idle hour', unit: 'requests', ...asked },
      (passed) => passed.requests * anHour,
    ),
    ...rows,
  ]
}

function countedRow(
  counted: readonly PassedRequests[],
  words: Pick<Row, 'what' | 'unit' | 'must' | 'aim' | 'note'>,
  pick: (passed: PassedRequests) => number,
): Row {
  const [ours, peer] = counted.map((passed): Figure => median([pick(passed)]))
  if (ours === undefined) throw new Error('nothing was counted')
  return { ...words, better: 'less', ours, peer }
}

async function count(context: BenchContext, commits: number, idleSeconds: number): Promise<Counted> {
  const { ltx, peer, log } = context
  const programs = peer === null ? [ltx] : [ltx, peer]
  await using line = await S3Line.start()
  await using started = new AsyncDisposableStack()
  const startAll = async (name: string, firstDoor: 0 | 2): Promise<Follower[]> => {
    const followers: Follower[] = []
    for (const [index, program] of programs.entries()) {
      const door = (firstDoor + index) as 0 | 1 | 2 | 3
      followers.push(started.use(start(context, line, `${name}-${program.side}`, program, door)))
    }
    await sleep(byEffort(context, { full: 10_000, quick: 3000, smoke: 3000 }))
    return followers
  }
  const idle = idleSeconds === 0 ? [] : await startAll('idle', 0)
  const startedMs = Date.now()
  const writing = await startAll('writing', 2)
  await line.counts()
  await commitEverySecond(writing, commits)
  await sleep(1500)
  const counts = { idle: null, writing: (await line.counts()).slice(2, 2 + programs.length) }
  log(
    `  ${counts.writing.map((each) => `${each.requests} requests ${JSON.stringify(each.byName)}`).join('; ')}`,
  )
  for (const each of writing) await stopAndCheck(each)
  if (idleSeconds === 0) return counts
  const quietFromMs = (Math.floor(startedMs / LEVEL2_MS) + 2) * LEVEL2_MS + AFTER_LEVEL2_MS
  await sleep(Math.max(0, quietFromMs - Date.now()))
  await line.counts()
  await sleep(idleSeconds * 1000)
  const quiet = (await line.counts()).slice(0, programs.length)
  log(`  idle: ${quiet.map((each) => JSON.stringify(each.byName)).join('; ')}`)
  for (const each of idle) await stopAndCheck(each)
  return { ...counts, idle: quiet }
}

function start(
  context: BenchContext,
  line: S3Line,
  name: string,
  program: Program,
  door: 0 | 1 | 2 | 3,
): Follower {
  const database = path.join(context.folder, `${name}.db`)
  makeDatabase(database, 1e6)
  const config = line.config(database, name, door)
  const child = new MeasuredChild([...program.argv, 'replicate', '-config', config], { env: S3_ENVIRONMENT })
  return { program, database, config, child, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

async function commitEverySecond(followers: readonly Follower[], commits: number): Promise<void> {
  const applications = followers.map(({ database }) => new SqliteDatabase(database))
  const startMs = performance.now()
  for (let index = 0; index < commits; index++) {
    for (const sqlite of applications) sqlite.exec("INSERT INTO events(at, what) VALUES (1, 'it goes on')")
    await sleep(Math.max(0, startMs + (index + 1) * 1000 - performance.now()))
  }
  for (const sqlite of applications) sqlite.close()
}

async function stopAndCheck({ program, database, config, child }: Follower): Promise<void> {
  await child.stop()
  const output = `${database}.restored`
  await runMeasured([...program.argv, 'restore', '-config', config, '-o', output, database], {
    env: S3_ENVIRONMENT,
  })
  checkpointFully(database)
  await mustHash(output, await hashOf(database))
}
