import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ReplicatorEvent } from '@ltx/replicator'
import { Child } from './child.ts'
import { differenceOf, restoreTo } from './compare.ts'
import { createDatabase } from './create-database.ts'
import { filesUnder, temporariesUnder } from './files-under.ts'
import type { StoreJob } from './start-store.ts'

/** Rows of 1,000 bytes: some 2 MB. */
const ROWS = 2000

/** What followed a start: the plan, the comparisons (`whole`: everything went up), and how many bytes came to the replica. */
export interface Outcome {
  readonly start: string
  readonly resyncs: readonly string[]
  readonly bytes: number
}

/** A database, an application that does as it is told, a replicator that comes and goes, and a witness: each a process of its own. */
export class Scene implements AsyncDisposable {
  readonly folder: string = mkdtempSync(path.join(tmpdir(), 'ltx-scene-'))
  readonly database: string = path.join(this.folder, 'app.db')
  readonly replica: string = path.join(this.folder, 'replica')
  readonly events: ReplicatorEvent[] = []
  #app: Child | null = null
  #witness: Child | null = null
  #replicators: Child[] = []

  /** A database of 2 MB, nobody has it open. */
  static async make(): Promise<Scene> {
    const scene = new Scene()
    createDatabase(scene.database, 4096, ROWS)
    scene.#app = await new Child('sqlite-shell.ts', [scene.database]).ready()
    scene.#witness = await new Child('witness.ts', []).ready()
    return scene
  }

  get app(): Child {
    assert.ok(this.#app !== null)
    return this.#app
  }

  get meta(): string {
    return path.join(this.folder, '.app.db-litestream')
  }

  /** SQL on one connection, in autocommit mode. */
  async write(sql: string, connection: string = 'main'): Promise<void> {
    await this.app.call('exec', connection, sql)
  }

  async insert(rows: number): Promise<void> {
    const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})`
    await this.write(`${numbers} INSERT INTO rows(body) SELECT randomblob(1000) FROM n`)
  }

  async killApp(): Promise<void> {
    await this.app.kill()
    this.#app = await new Child('sqlite-shell.ts', [this.database]).ready()
  }

  /** The database as it is, in one file. */
  async copy(to: string): Promise<string> {
    assert.ok(this.#witness !== null)
    const { integrity } = (await this.#witness.call('copy', this.database, to)) as { integrity: string }
    return integrity
  }

  /** Another machine has a copy of database and state, writes, and replicates to the same place. */
  async goOnElsewhere(database: string): Promise<void> {
    await using app = await new Child('sqlite-shell.ts', [database]).ready()
    for (let commit = 0; commit < 3; commit++) {
      const child = await this.replicator({ database })
      await child.call('open')
      await app.call('exec', 'main', 'INSERT INTO rows(body) VALUES (randomblob(9000))')
      await child.call('sync')
      await child.call('close')
      await child.kill()
    }
  }

  /** A replicator in a process of its own, not yet opened. */
  async replicator(job: Partial<StoreJob> = {}): Promise<Child> {
    const { database, replica } = this
    const store = { compactionEnabled: false }
    const whole: StoreJob = { database, replica, driver: 'better-sqlite3', workers: 'threads', store, ...job }
    const child = await new Child('replicator.ts', [JSON.stringify(whole)], (event) =>
      this.events.push(event as ReplicatorEvent),
    ).ready()
    this.#replicators.push(child)
    return child
  }

  /** Starts, syncs, compares what restores with the database, and tells what happened. */
  async syncAndCompare(
    job: Partial<StoreJob> = {},
    keep: boolean = false,
  ): Promise<Outcome & { readonly child: Child }> {
    const before = filesUnder(this.replica)
    this.events.length = 0
    const child = await this.replicator(job)
    await child.call('open')
    const outcome = await this.compare(child, before)
    if (!keep) {
      await child.call('close')
      await child.kill()
      assert.deepEqual(temporariesUnder(this.folder), [])
    }
    return { ...outcome, child }
  }

  /** Syncs a Store of this process and compares. */
  async compareStore(store: { sync(): Promise<bigint> }): Promise<void> {
    await this.#compareAt(await store.sync())
  }

  /** Syncs a running replicator; what restores must be the database, byte for byte. */
  async compare(replicator: Child, before: ReadonlyMap<string, number> = new Map()): Promise<Outcome> {
    await this.#compareAt((await replicator.call('sync')) as bigint)
    let bytes = 0
    for (const [name, size] of filesUnder(this.replica)) if (!before.has(name)) bytes += size
    const start = this.events.find((event) => event.kind === 'start')
    const resyncs = this.events.flatMap((event) =>
      event.kind === 'resync' ? [`${event.because}${event.full ? ', whole' : ''}`] : [],
    )
    return { start: start?.plan ?? 'none', resyncs, bytes }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [this.#app, this.#witness, ...this.#replicators]) await child?.kill()
    rmSync(this.folder, { recursive: true })
  }
  async #compareAt(txid: bigint): Promise<void> {
    const [expected, restored] = ['expected.db', 'restored.db'].map((name) => path.join(this.folder, name))
    assert.ok(expected !== undefined && restored !== undefined)
    assert.equal(await this.copy(expected), 'ok')
    assert.equal(await restoreTo(this.replica, restored, null), txid)
    assert.equal(differenceOf(expected, restored), null)
  }
}
