import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { withFaults, type FaultPlan, type FaultyClient } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { parseFileName } from '@ltx/format'
import type { Database } from '../src/lib/database/database.ts'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import type { StoreSettings } from '../src/lib/settings.ts'
import type { Store } from '../src/lib/store/store.ts'
import { ScratchStore } from './scratch-store.ts'

const UNREACHABLE: FaultPlan = { rates: { fail: 1 } }
export const QUIET: Partial<StoreSettings> = {
  compactionEnabled: false,
  shutdownSyncTimeoutMs: 1,
  shutdownSyncIntervalMs: 1,
}

/** A database whose replica comes and goes, and Stores over it, one after the other. */
export class OfflineWorld implements AsyncDisposable {
  readonly scratch: ScratchStore = new ScratchStore()
  readonly memory: MemoryClient = memoryClient()
  readonly client: FaultyClient = withFaults(this.memory, this.scratch.env, {})
  readonly app: Sqlite.Database = this.scratch.app()
  readonly metaPath: string = metaPathOf(this.scratch.path())
  #store: Store | null = null
  #rows = 0

  /** One transaction. */
  insert(): void {
    this.app.exec(`INSERT INTO t VALUES (${++this.#rows})`)
  }

  reachable(is: boolean): void {
    this.client.setPlan(is ? {} : UNREACHABLE)
  }

  async start(options: { readonly metaPath?: string } = {}): Promise<Database> {
    const store = this.scratch.store(QUIET)
    this.#store = store
    const settings = { ...options, dormantAfterMs: 0 }
    const database = await store.addDatabase({ path: this.scratch.path(), client: this.client, settings })
    await store.open()
    return database
  }

  async stop(): Promise<void> {
    await this.#store?.close({ signal: AbortSignal.abort(new Error('stopped')) })
  }

  /** Commits, and captures each commit in a file of its own. */
  async capture(database: Database, commits: number): Promise<void> {
    for (let commit = 0; commit < commits; commit++) {
      this.insert()
      await database.live?.capture()
    }
  }

  /** What a run before has left: `commits` uploaded files. */
  async before(commits: number, options: { readonly metaPath?: string } = {}): Promise<void> {
    const database = await this.start(options)
    await this.capture(database, commits)
    await database.sync()
    await this.stop()
  }

  localTXIDs(): bigint[] {
    return readdirSync(`${this.metaPath}/ltx/0`).flatMap((name) => parseFileName(name)?.minTXID ?? [])
  }

  /** Content of each stored file, by name. */
  stored(): Map<string, string> {
    return new Map(
      [...this.memory.storage.objects].map(([name, { bytes }]) => [name, Buffer.from(bytes).toString('hex')]),
    )
  }

  assertAllRestored(): Promise<void> {
    return this.scratch.restoredRows(this.memory).then((rows) => assert.equal(rows, this.#rows))
  }

  plans(): string[] {
    return this.scratch.events.flatMap((event) => (event.kind === 'start' ? event.plan : []))
  }

  resyncs(): number {
    return this.scratch.kinds().filter((kind) => kind === 'resync').length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]()
  }
}
