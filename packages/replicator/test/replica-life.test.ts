import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FileInfo } from '@ltx/client-core'
import { SeededRandom } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { checkLevel } from '../src/lib/compaction/check-level.ts'
import { numberLevels, previousCompactionAtMs } from '../src/lib/compaction/levels.ts'
import { FAN_IN_LIMITS, planCompaction } from '../src/lib/compaction/plan-compaction.ts'
import { RemoteFiles } from '../src/lib/replica/remote-files.ts'
import { planRetention } from '../src/lib/retention/plan-retention.ts'

// Hunts for moments that compaction and retention make unrestorable together: a replica lives through an hour of writes, pauses,
// skipped compactions, with the proportions of the real intervals, and is asked for every moment of its window.

const SECOND = 1000
const LEVELS = numberLevels([
  { intervalMs: 3 * SECOND },
  { intervalMs: 15 * SECOND },
  { intervalMs: 60 * SECOND },
])
const SNAPSHOT_INTERVAL_MS = 300 * SECOND
const WINDOW_MS = 300 * SECOND
const L0_WINDOW_MS = 10 * SECOND
const STEP_MS = 500

interface World {
  readonly random: SeededRandom
  readonly remote: RemoteFiles
  readonly nameOfRun: string
  nowMs: number
  txid: bigint
  /** Time of each transaction, by TXID - 1. */
  readonly times: number[]
}

function put(world: World, level: number, range: { min: bigint; max: bigint }, createdAtMs: number): void {
  const info: FileInfo = {
    level,
    minTXID: toTxid(range.min),
    maxTXID: toTxid(range.max),
    size: 100,
    createdAtMs,
  }
  world.remote.add(info)
}

function write(world: World, level = 0): void {
  world.txid++
  world.times.push(world.nowMs)
  put(world, level, { min: world.txid, max: world.txid }, world.nowMs)
}

function snapshot(world: World): void {
  const [newest] = world.remote.level(9).slice(-1)
  if (newest?.maxTXID !== world.txid) put(world, 9, { min: 1n, max: world.txid }, world.nowMs)
}

function compact(world: World, level: number): void {
  const plan = planCompaction({
    destination: world.remote.level(level),
    source: world.remote.level(level - 1),
    snapshots: world.remote.level(9),
    nowMs: world.nowMs,
    intervalMs: LEVELS[level - 1]?.intervalMs ?? null,
    limits: { ...FAN_IN_LIMITS, filesMax: 20 },
  })
  if (plan.kind === 'gap') return snapshot(world)
  if (plan.kind !== 'merge') return
  const lastTimeMs = plan.inputs.at(-1)?.createdAtMs ?? 0
  put(world, level, { min: plan.minTXID, max: plan.maxTXID }, lastTimeMs)
}

function retain(world: World): void {
  const plan = planRetention({
    levels: world.remote.levels,
    nowMs: world.nowMs,
    snapshotRetentionMs: WINDOW_MS,
    l0RetentionMs: L0_WINDOW_MS,
  })
  for (const { files } of plan.remove) world.remote.remove(files)
}

/** The last transaction that a restore to this moment gives. */
function restored(files: readonly FileInfo[], timeMs: number): bigint {
  let end = 0n
  for (const file of files) {
    if (file.createdAtMs < timeMs && file.minTXID <= end + 1n && file.maxTXID > end) end = file.maxTXID
  }
  return end
}

function checkWindow(world: World, lostMsMax: number): void {
  const files = world.remote.levels
    .flat()
    .toSorted((a, b) =>
      a.minTXID === b.minTXID ? Number(a.maxTXID - b.maxTXID) : Number(a.minTXID - b.minTXID),
    )
  const [firstMs = 0] = world.times
  for (
    let timeMs = Math.max(firstMs + 1, world.nowMs - WINDOW_MS);
    timeMs <= world.nowMs + 1;
    timeMs += 7 * SECOND
  ) {
    const wanted = BigInt(world.times.findLastIndex((atMs) => atMs < timeMs) + 1)
    const got = restored(files, timeMs)
    const where = `${world.nameOfRun}: at ${world.nowMs} ms the moment ${timeMs} ms gives ${got}, not ${wanted}`
    assert.ok(got > 0n && got <= wanted, where)
    if (timeMs > world.nowMs - L0_WINDOW_MS) assert.equal(got, wanted, where)
    const firstLostMs = got === wanted ? timeMs : (world.times[Number(got)] ?? 0)
    assert.ok(
      timeMs - firstLostMs <= lostMsMax,
      `${where}: the writes of ${timeMs - firstLostMs} ms are missing`,
    )
  }
}

/** @param imageOnce The first image is a snapshot alone, with a file beside it, as ours are; else as Litestream's. */
function live(seed: number, skips: number, imageOnce: boolean): World {
  const random = new SeededRandom(seed)
  const world: World = {
    random,
    remote: new RemoteFiles(),
    nameOfRun: `LIFE_SEED=${seed}, image once: ${imageOnce}`,
    nowMs: Date.UTC(2030, 0),
    txid: 0n,
    times: [],
  }
  let pausedUntilMs = 0
  for (let step = 0; step < (3600 * SECOND) / STEP_MS; step++) {
    const beforeMs = world.nowMs
    world.nowMs += STEP_MS
    const due = (intervalMs: number): boolean =>
      previousCompactionAtMs(intervalMs, beforeMs) !== previousCompactionAtMs(intervalMs, world.nowMs) &&
      random.next() >= skips
    if (random.next() < 0.005) pausedUntilMs = world.nowMs + random.below(120) * SECOND
    if (world.nowMs >= pausedUntilMs && random.next() < 0.7)
      write(world, world.txid === 0n && imageOnce ? 9 : 0)
    if (world.txid === 1n && imageOnce) write(world)
    if (world.txid === 0n) continue
    for (const { level, intervalMs } of LEVELS) if (due(intervalMs)) compact(world, level)
    if (due(SNAPSHOT_INTERVAL_MS) || world.txid === 1n) snapshot(world)
    if (random.next() < 0.5) retain(world)
    if (step % 20 === 0) checkWindow(world, skips === 0 ? 2 * 3 * SECOND : Infinity)
  }
  return world
}

const seed = Number(process.env['LIFE_SEED'] ?? Date.now() % 1_000_000)

for (const imageOnce of [true, false]) {
  const layout = imageOnce ? 'its first image stored once' : 'its first image at level 0 as well'
  test(`a replica that lives an hour with everything on time, ${layout} → every moment of the window restores, levels are contiguous`, () => {
    const world = live(seed, 0, imageOnce)
    assert.ok(world.remote.level(0).length < 40 && world.remote.level(1).length < 350, world.nameOfRun)
    assert.ok(world.remote.level(9).length <= 3, world.nameOfRun)
    for (const { level } of LEVELS)
      assert.deepEqual(checkLevel(world.remote.level(level)), [], world.nameOfRun)
  })

  test(`a replica whose compactions are skipped two times out of three, ${layout} → the same, only later`, () => {
    const world = live(seed + (imageOnce ? 1 : 0), 0.66, imageOnce)
    for (const { level } of LEVELS)
      assert.deepEqual(checkLevel(world.remote.level(level)), [], world.nameOfRun)
  })
}
