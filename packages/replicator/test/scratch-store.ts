import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { restore } from '@ltx/restore'
import { betterSqlite3Driver } from '../src/better-sqlite3.ts'
import type { ReplicatorEvent } from '../src/lib/events.ts'
import type { StoreSettings } from '../src/lib/settings.ts'
import { Store, type StoreComponents } from '../src/lib/store/store.ts'

const WAIT_MS_MAX = 20_000

/** A temporary folder of real databases, Stores over them, and what they said. Applications and Stores share this process. */
export class ScratchStore implements AsyncDisposable {
  readonly directory: string
  readonly events: ReplicatorEvent[] = []
  readonly env: Env
  readonly #stores: Store[] = []
  readonly #apps: Sqlite.Database[] = []

  constructor(env: Env = nodeEnv()) {
    this.env = env
    this.directory = mkdtempSync(join(tmpdir(), 'ltx-store-'))
  }

  path(name = 'app.db'): string {
    return join(this.directory, name)
  }

  /** An application with a table `t`. */
  app(name = 'app.db'): Sqlite.Database {
    const app = new Sqlite(this.path(name), { timeout: 5000 })
    app.pragma('journal_mode=wal')
    app.pragma('synchronous=OFF')
    app.exec('CREATE TABLE IF NOT EXISTS t (a)')
    this.#apps.push(app)
    return app
  }

  /** Runs SQLite in this thread unless the test says otherwise. */
  store(settings: Partial<StoreSettings> = {}, components: Partial<StoreComponents> = {}): Store {
    const inProcess = settings.workers !== 'threads'
    const driver = inProcess ? betterSqlite3Driver() : undefined
    const workers = inProcess ? 'in-process' : 'threads'
    const store = new Store({ env: this.env, driver, ...components }, { workers, ...settings })
    store.on((event) => this.events.push(event))
    this.#stores.push(store)
    return store
  }

  /** `kind` of each event of a database, in order. */
  kinds(name = 'app.db'): string[] {
    return this.events
      .filter(({ path }) => path === this.path(name))
      .map((event) => (event.kind === 'state' ? event.state : event.kind))
  }

  /** Resolves when `condition` holds. Looks often; fails after 20 s. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const endMs = performance.now() + WAIT_MS_MAX
    while (!condition()) {
      if (performance.now() > endMs) throw new Error(`waited for ${what}; events: ${this.kinds().join(' ')}`)
      await this.env.clock.sleep(5)
    }
  }

  /** Restores the replica and counts the rows of `t`. */
  async restoredRows(client: ReplicaClient): Promise<number> {
    const outputPath = join(this.directory, `restored-${this.env.random.hex(4)}.db`)
    await restore({ client, env: nodeEnv(), outputPath })
    const restored = new Sqlite(outputPath, { readonly: true })
    try {
      assert.equal(restored.pragma('integrity_check', { simple: true }), 'ok')
      return restored.prepare('SELECT count(*) FROM t').pluck().get() as number
    } finally {
      restored.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#stores.map((store) => store.close({ signal: AbortSignal.abort(new Error('end')) })),
    )
    for (const app of this.#apps) app.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
