import type { SeededRandom } from './seeded-random.ts'
import type { CrashKeeps } from './sim-file.ts'
import type { NodeFields, SimNode } from './sim-node.ts'

/** New entries by name; `null` takes one away. Survives a power loss as a whole, or not at all. */
type Change = ReadonlyMap<string, SimNode | null>

/** A directory as programs see it, and as it will be after a power loss. */
export class SimDirectory {
  readonly kind = 'directory'
  readonly size = 4096
  fields: NodeFields
  #entries = new Map<string, SimNode>()
  #durable = new Map<string, SimNode>()
  #unsynced: Change[] = []

  constructor(fields: NodeFields) {
    this.fields = fields
  }

  get(name: string): SimNode | undefined {
    return this.#entries.get(name)
  }

  names(): string[] {
    return [...this.#entries.keys()].toSorted()
  }

  nodes(): SimNode[] {
    return [...this.#entries.values()]
  }

  change(change: Change): void {
    apply(change, this.#entries)
    this.#unsynced.push(change)
  }

  sync(): void {
    this.#durable = new Map(this.#entries)
    this.#unsynced = []
  }

  /** Power loss. `some`: a random number of the changes, oldest first. */
  crash(keeps: CrashKeeps, random: SeededRandom): void {
    const kept = keeps === 'some' ? random.below(this.#unsynced.length + 1) : 0
    for (const change of this.#unsynced.slice(0, kept)) apply(change, this.#durable)
    this.#entries = new Map(this.#durable)
    this.#unsynced = []
  }
}

function apply(change: Change, entries: Map<string, SimNode>): void {
  for (const [name, node] of change) {
    if (node === null) entries.delete(name)
    else entries.set(name, node)
  }
}
