import type { ReplicaClient } from '@ltx/client-core'
import { Store, type Database, type ReplicatorEvent, type StoreSettings } from '@ltx/replicator'
import type { ClientOptions, Scene } from './scene.ts'

export interface ReplicatingOptions {
  readonly databasePath: string
  readonly client?: ClientOptions
  readonly store?: Partial<StoreSettings>
}

/** A replicator at work on one database. Leaving its scope closes it, with a last sync. */
export class Replicating implements AsyncDisposable {
  readonly #store: Store
  readonly #client: ReplicaClient
  readonly database: Database
  readonly events: ReplicatorEvent[] = []

  private constructor(store: Store, client: ReplicaClient, database: Database) {
    this.#store = store
    this.#client = client
    this.database = database
    store.on((event) => this.events.push(event))
  }

  static async start(scene: Scene, options: ReplicatingOptions): Promise<Replicating> {
    const client = scene.client(options.client)
    const store = new Store({ env: options.client?.env ?? scene.env }, options.store)
    const settings = { syncIntervalMs: 50, monitorIntervalMs: 50 }
    const database = await store.addDatabase({ path: options.databasePath, client, settings })
    const replicating = new Replicating(store, client, database)
    await store.open()
    return replicating
  }

  eventsOf<Kind extends ReplicatorEvent['kind']>(kind: Kind): Extract<ReplicatorEvent, { kind: Kind }>[] {
    return this.events.filter(
      (event): event is Extract<ReplicatorEvent, { kind: Kind }> => event.kind === kind,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close()
    await this.#client.close()
  }
}
