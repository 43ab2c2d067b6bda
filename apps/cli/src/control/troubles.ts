import type { ReplicatorEvent } from '@ltx/replicator'

type During = Extract<ReplicatorEvent, { kind: 'error' }>['during']

/** What goes wrong with each database at the moment, from the events of its Store. */
export class Troubles {
  readonly #byPath = new Map<string, Map<During, Error>>()

  /** The newest trouble of a database, and what it was busy with; `null`: there is none. */
  of(path: string): { readonly during: During; readonly error: Error } | null {
    const newest = [...(this.#byPath.get(path) ?? [])].at(-1)
    return newest === undefined ? null : { during: newest[0], error: newest[1] }
  }

  /** A listener for the Store. */
  readonly hear = (event: ReplicatorEvent): void => {
    switch (event.kind) {
      case 'error':
        if (event.during !== 'close') this.#began(event.path, event.during, event.error)
        return
      case 'conflict':
        this.#began(event.path, 'upload', event.error)
        return
      case 'recovered':
        if (event.during !== 'local-state') this.#ended(event.path, event.during)
        return
      case 'state':
        if (event.state === 'closed') this.#byPath.delete(event.path)
        if (event.state === 'active' || event.state === 'absent') this.#ended(event.path, 'open')
        return
      case 'upload':
      case 'sync':
      case 'compaction':
      case 'snapshot':
      case 'retention':
        this.#ended(event.path, event.kind)
        return
      case 'start':
      case 'switched-to-wal':
      case 'checkpoint':
      case 'resync':
      case 'replaced':
      case 'missing':
        return
    }
  }

  #began(path: string, during: During, error: Error): void {
    const troubles = this.#byPath.get(path) ?? new Map<During, Error>()
    troubles.delete(during) // the newest is the last
    this.#byPath.set(path, troubles.set(during, error))
  }

  #ended(path: string, during: During): void {
    const troubles = this.#byPath.get(path)
    if (troubles?.delete(during) === true && troubles.size === 0) this.#byPath.delete(path)
  }
}
