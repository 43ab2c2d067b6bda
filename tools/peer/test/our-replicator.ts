import path from 'node:path'
import type { DatabaseSettings, ReplicatorEvent, StoreSettings } from '@ltx/replicator'
import { startChild, type Child } from './child-calls.ts'

export interface OurStart {
  readonly database: string
  /** The replica's folder. */
  readonly replica: string
  readonly settings?: Partial<DatabaseSettings> | undefined
  readonly storeSettings?: Partial<StoreSettings> | undefined
}

/** Our engine in a process of its own, so that it can be killed. Leaving its scope kills it. */
export class OurReplicator implements AsyncDisposable {
  readonly #child: Child

  private constructor(child: Child) {
    this.#child = child
  }

  static async start(start: OurStart): Promise<OurReplicator> {
    const child = startChild(path.join(import.meta.dirname, 'our-replicator-child.ts'))
    const settings = { syncIntervalMs: 50, ...start.settings }
    await child.call('open', { ...start, settings })
    return new OurReplicator(child)
  }

  /** Brings everything committed before the call to the replica. */
  async sync(): Promise<bigint> {
    return (await this.#child.call('sync')) as bigint
  }

  async snapshot(): Promise<void> {
    await this.#child.call('snapshot')
  }

  async compact(level: number): Promise<void> {
    await this.#child.call('compact', level)
  }

  async enforceRetention(): Promise<void> {
    await this.#child.call('enforceRetention')
  }

  async reset(): Promise<void> {
    await this.#child.call('reset')
  }

  async events<Kind extends ReplicatorEvent['kind']>(
    kind: Kind,
  ): Promise<Extract<ReplicatorEvent, { kind: Kind }>[]> {
    const events = (await this.#child.call('events')) as ReplicatorEvent[]
    return events.filter((event): event is Extract<ReplicatorEvent, { kind: Kind }> => event.kind === kind)
  }

  /** A last sync, then its end. */
  async stop(): Promise<void> {
    await this.#child.call('close')
    await this.#child.kill()
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#child.kill()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}
