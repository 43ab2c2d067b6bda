import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplicatorEvent } from '@ltx/replicator'
import { Child } from './child.ts'
import { differenceOf, hashOf, inspect, restoreTo } from './compare.ts'
import type { HostileSettings } from './hostile-actions.ts'
import { seeded, type Seeded } from './seeded.ts'
import { startStore, type RunningStore, type StoreJob } from './start-store.ts'
import { createDatabase } from './create-database.ts'

export interface FollowPlan {
  readonly seed: number
  readonly driver: StoreJob['driver']
  readonly workers: StoreJob['workers']
  readonly pageSize: number
  readonly moments: number
  readonly apps: number
  readonly settings?: StoreJob['settings']
}

export interface FollowReport {
  readonly commits: number
  readonly txids: number
  readonly kills: number
  readonly checkpoints: Readonly<Record<string, number>>
  readonly resyncs: number
  readonly pages: number
}

interface Moment {
  readonly txid: bigint
  readonly file: string
  readonly hash: string
}

/**
 * Hostile applications write, are killed and paused; at each pause everything is synced, and the state restored at that TXID must be what
 * SQLite has, byte for byte. At the end every earlier moment is restored again.
 */
export async function followRun(plan: FollowPlan): Promise<FollowReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ltx-follow-'))
  const run = new FollowRun(plan, folder)
  try {
    const report = await run.run()
    rmSync(folder, { recursive: true })
    return report
  } catch (error) {
    const again = `LTX_SEED=${plan.seed}`
    throw new Error(
      `${(error as Error).message}\nseed ${plan.seed}; again with ${again}; everything is in ${folder}`,
      {
        cause: error,
      },
    )
  }
}

class FollowRun {
  readonly #plan: FollowPlan
  readonly #folder: string
  readonly #random: Seeded
  readonly #events: ReplicatorEvent[] = []
  readonly #moments: Moment[] = []
  readonly #apps = new Map<string, Child>()
  #appsStarted = 0
  #kills = 0
  #commits = 0

  constructor(plan: FollowPlan, folder: string) {
    this.#plan = plan
    this.#folder = folder
    this.#random = seeded(plan.seed)
  }

  async run(): Promise<FollowReport> {
    const { driver, workers, settings = {} } = this.#plan
    const database = path.join(this.#folder, 'app.db')
    const replica = path.join(this.#folder, 'replica')
    createDatabase(database, this.#plan.pageSize)
    await using witness = await new Child('witness.ts', []).ready()
    const store = await this.#store({ database, replica, driver, workers, settings })
    try {
      for (let app = 0; app < this.#plan.apps; app++) await this.#startApp(database)
      for (let moment = 0; moment < this.#plan.moments; moment++) {
        for (const app of this.#apps.values()) await app.call('run')
        await sleep(this.#random.whole(50, 600))
        if (this.#random.chance(0.4)) await this.#killOne(database)
        await this.#moment(store, witness, database, replica)
      }
      await this.#checkAllAgain(replica)
    } finally {
      for (const app of this.#apps.values()) await app.kill()
      await store.close()
    }
    return this.#report()
  }

  async #store(job: StoreJob): Promise<RunningStore> {
    const onEvent = (event: unknown): number => this.#events.push(event as ReplicatorEvent)
    if (job.workers === 'in-process') return await startStore(job, onEvent)
    const child = await new Child('replicator.ts', [JSON.stringify(job)], onEvent).ready()
    await child.call('open')
    return {
      sync: async () => (await child.call('sync')) as bigint,
      look: async () => void (await child.call('look')),
      sleep: async () => (await child.call('sleep')) as boolean,
      until: async (state) => void (await child.call('until', state)),
      snapshot: async () => void (await child.call('snapshot')),
      reset: async () => void (await child.call('reset')),
      setFaults: () => {},
      close: async () => {
        await child.call('close')
        await child.kill()
      },
    }
  }

  async #startApp(database: string): Promise<void> {
    const random = this.#random
    const name = `app${++this.#appsStarted}`
    const settings: HostileSettings = {
      path: database,
      name,
      autocheckpoint: random.pick([null, 0, 50]),
      rowsMax: this.#plan.pageSize <= 1024 ? 100 : 300,
      gentle: false,
    }
    const seed = String(random.whole(1, 2 ** 30))
    this.#apps.set(name, await new Child('hostile-app.ts', [JSON.stringify(settings), seed]).ready())
  }

  async #killOne(database: string): Promise<void> {
    const names = [...this.#apps.keys()]
    const name = names[this.#random.whole(0, names.length - 1)] ?? ''
    await this.#apps.get(name)?.kill()
    this.#apps.delete(name)
    this.#kills++
    await this.#startApp(database)
  }

  async #moment(store: RunningStore, witness: Child, database: string, replica: string): Promise<void> {
    const commits = new Map<string, number>()
    for (const [name, app] of this.#apps) commits.set(name, (await app.call('pause')) as number)
    const txid = await store.sync()
    const file = path.join(this.#folder, `at-${txid}.db`)
    const { integrity } = (await witness.call('copy', database, file)) as { integrity: string }
    assert.equal(integrity, 'ok', 'the database itself')
    const restored = path.join(this.#folder, 'restored.db')
    assert.equal(await restoreTo(replica, restored, null), txid, 'the newest TXID that restores')
    const difference = differenceOf(file, restored)
    assert.equal(difference, null, `TXID ${txid}: ${difference}`)
    const { integrity: found, ledger } = inspect(restored)
    assert.equal(found, 'ok')
    for (const [name, count] of commits) assert.equal(ledger.get(name), count, `commits of ${name}`)
    this.#commits = [...ledger.values()].reduce((sum, count) => sum + count, 0)
    this.#moments.push({ txid, file, hash: hashOf(file) })
    this.#checkEvents()
  }

  #checkEvents(): void {
    const resyncs = this.#events.filter((event) => event.kind === 'resync')
    const because = resyncs.map((event) => event.because).join(', ')
    assert.equal(because, 'no-position', 'resyncs while active, the first image excepted')
    for (const event of this.#events) {
      assert.ok(
        event.kind !== 'error' && event.kind !== 'conflict',
        String((event as { error?: unknown }).error),
      )
      assert.ok(event.kind !== 'replaced', 'the database was taken for a replaced one')
    }
  }

  async #checkAllAgain(replica: string): Promise<void> {
    const restored = path.join(this.#folder, 'restored.db')
    for (const { txid, hash } of this.#moments) {
      await restoreTo(replica, restored, txid)
      assert.equal(hashOf(restored), hash, `TXID ${txid}, restored at the end`)
    }
  }

  #report(): FollowReport {
    const checkpoints: Record<string, number> = {}
    for (const event of this.#events) {
      if (event.kind !== 'checkpoint' || !('result' in event.checkpoint)) continue
      const name = `${event.checkpoint.kind} ${event.checkpoint.result.kind}`
      checkpoints[name] = (checkpoints[name] ?? 0) + 1
    }
    const resyncs = this.#events.filter((event) => event.kind === 'resync').length - 1
    const pages = this.#events.reduce(
      (sum, event) =>
        sum + (event.kind === 'sync' ? event.report.files.reduce((all, file) => all + file.pages, 0) : 0),
      0,
    )
    const txids = Number(this.#moments.at(-1)?.txid ?? 0n)
    return { commits: this.#commits, txids, kills: this.#kills, checkpoints, resyncs, pages }
  }
}
