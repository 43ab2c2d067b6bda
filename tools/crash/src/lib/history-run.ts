import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { temporariesUnder } from './files-under.ts'
import { nextStep } from './history-steps.ts'
import { HistoryWorld } from './history-world.ts'
import { seeded, type Seeded } from './seeded.ts'
import type { StoreJob } from './start-store.ts'

export interface HistoryPlan {
  readonly seed: number
  readonly steps: number
}

export interface HistoryReport {
  readonly steps: readonly string[]
  readonly moments: number
  readonly starts: Readonly<Record<string, number>>
  readonly resyncs: Readonly<Record<string, number>>
}

/**
 * One seed, one history: an application that never rests, a replicator that comes and goes, storage and disk that fail, damaged local
 * state, databases that are replaced, another machine. At moments in between and at the end what restores is the database, page by page;
 * no stored name ever means two things, what was restorable stays so, nothing is compared without a reason, and nothing is left over.
 */
export async function historyRun({ seed, steps }: HistoryPlan): Promise<HistoryReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ltx-history-'))
  const random = seeded(seed)
  const told: string[] = []
  await using world = new HistoryWorld(folder, random, jobOf(random))
  try {
    await world.begin(random.pick([512, 4096, 4096, 65_536]), random.pick([200, 200, 12_000]))
    for (let step = 0; step < steps; step++) {
      const { name, act } = nextStep(world)
      told.push(name)
      await act(world)
      if (!world.isFollowed) await world.checkReplica()
    }
    await atTheEnd(world)
    rmSync(folder, { recursive: true })
    return { steps: told, moments: world.moments.length, ...countsOf(world) }
  } catch (error) {
    const again = `seed ${seed}, ${steps} steps; again with LTX_SEED=${seed}; everything is in ${folder}`
    const message = `${(error as Error).message}\n${again}\n${told.join('\n')}\n${JSON.stringify(world.job)}`
    throw new Error(message, { cause: error })
  }
}

async function atTheEnd(world: HistoryWorld): Promise<void> {
  await world.moment()
  await world.stopReplicator('close')
  await world.stopApp('close')
  await world.moment() // nothing has changed, and another start sees it
  await world.stopReplicator('close')
  await world.checkMoments()
  assert.deepEqual(temporariesUnder(world.meta), [])
  assert.ok(temporariesUnder(world.replica).length <= 2 * world.kills) // of an upload and of a compaction
}

/** Thresholds so small that everything happens, in each history others. */
function jobOf(random: Seeded): Omit<StoreJob, 'database' | 'replica'> {
  const inProcess = random.chance(0.7)
  return {
    driver: random.pick(['better-sqlite3', 'better-sqlite3', 'node:sqlite']),
    workers: inProcess ? 'in-process' : 'threads',
    settings: {
      slidingScanBytesMin: random.pick([0, 1, 1, 300_000]),
      minCheckpointPageCount: random.pick([10, 100, 1000]),
      checkpointIntervalMs: random.pick([0, 500, 60_000]),
      truncatePageN: random.pick([-1, 200, 0]),
      maxSyncWalBytes: random.pick([0, 50_000, 64 * 1024 * 1024]),
      syncIntervalMs: random.pick([20, 200]),
      dormantAfterMs: random.pick([0, 300, 2000]),
      rebuildBytesMax: random.pick([0, 1024 ** 3, 1024 ** 3]),
    },
    store: {
      compactionEnabled: random.chance(0.6),
      levels: [{ intervalMs: 400 }, { intervalMs: 1500 }],
      snapshotIntervalMs: random.pick([1000, 86_400_000]),
      l0RetentionMs: random.pick([500, 300_000]),
      l0RetentionCheckIntervalMs: 300,
      slowPollIntervalMs: 400,
      shutdownSyncTimeoutMs: 500,
      shutdownSyncIntervalMs: 100,
      embedded: random.chance(0.5),
    },
    ...(inProcess
      ? {
          hostility: {
            clockRate: random.pick([1, 8]),
            diskFaults: random.pick([0, 0, 0.005, 0.05]),
            seed: 0,
          },
        }
      : {}),
  }
}

function countsOf({ events }: HistoryWorld): Pick<HistoryReport, 'starts' | 'resyncs'> {
  const [starts, resyncs]: Record<string, number>[] = [{}, {}]
  for (const event of events) {
    if (event.kind === 'start' && starts !== undefined) starts[event.plan] = (starts[event.plan] ?? 0) + 1
    if (event.kind !== 'resync' || resyncs === undefined) continue
    const name = `${event.because}${event.full ? ', whole' : ''}`
    resyncs[name] = (resyncs[name] ?? 0) + 1
  }
  return { starts: starts ?? {}, resyncs: resyncs ?? {} }
}
