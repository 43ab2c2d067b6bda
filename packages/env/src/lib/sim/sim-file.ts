import type { SeededRandom } from './seeded-random.ts'
import { SimBytes } from './sim-bytes.ts'
import type { NodeFields } from './sim-node.ts'

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number }

/** How much of what was not synced a power loss leaves: none of it, or a random part. */
export type CrashKeeps = 'nothing' | 'some'

/** A file as programs see it, and as it will be after a power loss. */
export class SimFile {
  readonly kind = 'file'
  fields: NodeFields
  #content = new SimBytes()
  #durable = new SimBytes()
  #durableFields: NodeFields
  /** What was done since the last sync, oldest first. */
  #unsynced: Change[] = []

  constructor(fields: NodeFields) {
    this.fields = fields
    this.#durableFields = fields
  }

  get size(): number {
    return this.#content.size
  }

  read(target: Uint8Array, position: number): number {
    return this.#content.read(target, position)
  }

  write(bytes: Uint8Array, position: number): void {
    this.#change({ kind: 'write', position, bytes: new Uint8Array(bytes) }) // slice() of a Buffer is no copy
  }

  truncate(size: number): void {
    this.#change({ kind: 'truncate', size })
  }

  sync(): void {
    this.syncData()
    this.#durableFields = this.fields
  }

  syncData(): void {
    for (const change of this.#unsynced) apply(change, this.#durable)
    this.#unsynced = []
  }

  /** After a failed sync, Linux takes the pages for clean: a later sync succeeds, and they were never written. */
  failSync(): void {
    this.#unsynced = []
  }

  /** Power loss. `some`: a random number of the changes, the last of them in part. */
  crash(keeps: CrashKeeps, random: SeededRandom): void {
    if (keeps === 'some') {
      const kept = random.below(this.#unsynced.length + 1)
      for (const change of this.#unsynced.slice(0, kept)) apply(change, this.#durable)
      const torn = this.#unsynced[kept]
      if (torn?.kind === 'write') {
        apply({ ...torn, bytes: torn.bytes.subarray(0, random.below(torn.bytes.length + 1)) }, this.#durable)
      }
      if (random.next() < 0.5) this.#durableFields = this.fields
    }
    this.#unsynced = []
    this.#content = new SimBytes(this.#durable.copy())
    this.fields = this.#durableFields
  }

  #change(change: Change): void {
    apply(change, this.#content)
    this.#unsynced.push(change)
  }
}

function apply(change: Change, bytes: SimBytes): void {
  if (change.kind === 'write') bytes.write(change.bytes, change.position)
  else bytes.truncate(change.size)
}
