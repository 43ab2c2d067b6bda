import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplicatorEvent } from '@ltx/replicator'
import { Child } from './child.ts'
import { differenceOf, inspect, restoreTo } from './compare.ts'
import { createDatabase } from './create-database.ts'
import { filesUnder, temporariesUnder } from './files-under.ts'
import { seeded, type Seeded } from './seeded.ts'
import type { StoreJob } from './start-store.ts'

export interface KillPlan {
  readonly seed: number
  readonly driver: StoreJob['driver']
  readonly kills: number
  /** Rows of 1,000 bytes in the database at the beginning. */
  readonly rows: number
}

export interface KillReport {
  readonly kills: number
  readonly commits: number
  readonly databaseBytes: number
  /** Replica bytes written after each restart that was followed to a sync, largest last. They grow with what the application had time for. */
  readonly uploaded: readonly number[]
  /** How often the whole database was captured, instead of what differs. */
  readonly wholeImages: number
  readonly starts: Readonly<Record<string, number>>
  readonly resyncs: Readonly<Record<string, number>>
}

/**
 * The replicator is killed at random moments and started again, while an application goes on: it commits, checkpoints, truncates, and
 * closes its last connection. After every few restarts everything is synced and restored, and must be what the application has.
 */
export async function killRun(plan: KillPlan): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ltx-kill-'))
  try {
    const report = await new KillRun(plan, folder).run()
    rmSync(folder, { recursive: true })
    return report
  } catch (error) {
    const again = `seed ${plan.seed}; again with LTX_SEED=${plan.seed}; everything is in ${folder}`
    throw new Error(`${(error as Error).message}\n${again}`, { cause: error })
  }
}

class KillRun {
  readonly #plan: KillPlan
  readonly #database: string
  readonly #replica: string
  readonly #folder: string
  readonly #random: Seeded
  readonly #events: ReplicatorEvent[] = []
  readonly #uploaded: number[] = []
  #kills = 0
  #commits = 0
  #databaseBytes = 0

  constructor(plan: KillPlan, folder: string) {
    this.#plan = plan
    this.#folder = folder
    this.#database = path.join(folder, 'app.db')
    this.#replica = path.join(folder, 'replica')
    this.#random = seeded(plan.seed)
  }

  async run(): Promise<KillReport> {
    const random = this.#random
    createDatabase(this.#database, 4096, this.#plan.rows)
    await using witness = await new Child('witness.ts', []).ready()
    await this.#syncOnce(witness, null)
    while (this.#kills < this.#plan.kills) {
      let app = await this.#startApp()
      await app.call('run')
      for (let kill = random.whole(1, 4); kill > 0; kill--) {
        await this.#startAndKill()
        if (random.chance(0.3)) {
          await (random.chance(0.5) ? app.call('close') : Promise.resolve())
          await app.kill() // after a clean close the WAL is gone, after a kill it stays
          app = await this.#startApp()
          await app.call('run')
        }
      }
      await this.#syncOnce(witness, app)
      await app.kill()
    }
    this.#checkLeftovers()
    return this.#report()
  }

  async #startAndKill(): Promise<void> {
    const replicator = this.#replicator()
    const opening = replicator.call('open')
    opening.catch(() => {}) // it will not come to that
    await sleep(this.#random.pick([this.#random.whole(0, 300), this.#random.whole(200, 1200)]))
    await replicator.kill()
    this.#kills++
  }

  /** Starts the replicator, syncs while the application pauses, compares, and kills it again or closes it. */
  async #syncOnce(witness: Child, app: Child | null): Promise<void> {
    const before = filesUnder(this.#replica)
    await using replicator = await this.#replicator().ready()
    await replicator.call('open')
    const commits = app === null ? 0 : ((await app.call('pause')) as number)
    const txid = (await replicator.call('sync')) as bigint
    const expected = path.join(this.#folder, 'expected.db')
    const restored = path.join(this.#folder, 'restored.db')
    const { integrity, bytes } = (await witness.call('copy', this.#database, expected)) as {
      integrity: string
      bytes: number
    }
    assert.equal(integrity, 'ok', "the application's database")
    assert.equal(await restoreTo(this.#replica, restored, null), txid, 'the newest TXID that restores')
    const difference = differenceOf(expected, restored)
    assert.equal(difference, null, `after ${this.#kills} kills, TXID ${txid}: ${difference}`)
    assert.equal(inspect(restored).ledger.get('app') ?? 0, commits)
    this.#commits += commits
    this.#databaseBytes = bytes
    const after = filesUnder(this.#replica)
    let written = 0
    for (const [name, size] of after) if (!before.has(name)) written += size
    for (const name of before.keys()) assert.ok(after.has(name), `${name} has gone from the replica`)
    if (before.size > 0) this.#uploaded.push(written)
    await replicator.call('close')
  }

  #replicator(): Child {
    const job: StoreJob = {
      database: this.#database,
      replica: this.#replica,
      driver: this.#plan.driver,
      workers: 'threads',
      settings: { minCheckpointPageCount: 200 },
      store: { compactionEnabled: false },
    }
    return new Child('replicator.ts', [JSON.stringify(job)], (event) =>
      this.#events.push(event as ReplicatorEvent),
    )
  }

  async #startApp(): Promise<Child> {
    const settings = { path: this.#database, name: 'app', autocheckpoint: null, rowsMax: 3, gentle: true }
    const seed = String(this.#random.whole(1, 2 ** 30))
    return await new Child('hostile-app.ts', [JSON.stringify(settings), seed]).ready()
  }

  /** What a killed upload staged in the replica goes at a start an hour later: another machine may be at work there. */
  #checkLeftovers(): void {
    assert.deepEqual(temporariesUnder(path.join(this.#folder, '.app.db-litestream')), [])
    assert.ok(temporariesUnder(this.#replica).length <= this.#kills)
    const errors = this.#events.flatMap((event) =>
      event.kind === 'error' || event.kind === 'conflict' ? [event.error.message] : [],
    )
    assert.deepEqual(errors, [])
  }

  #report(): KillReport {
    const starts: Record<string, number> = {}
    const resyncs: Record<string, number> = {}
    for (const event of this.#events) {
      if (event.kind === 'start') starts[event.plan] = (starts[event.plan] ?? 0) + 1
      if (event.kind !== 'resync') continue
      const name = `${event.because}${event.full ? ', whole' : ''}`
      resyncs[name] = (resyncs[name] ?? 0) + 1
    }
    return {
      kills: this.#kills,
      commits: this.#commits,
      databaseBytes: this.#databaseBytes,
      uploaded: this.#uploaded.toSorted((a, b) => a - b),
      wholeImages: this.#events.filter((event) => event.kind === 'resync' && event.full).length,
      starts,
      resyncs,
    }
  }
}
