import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trimMemory } from '@ltx/kernels'

/** How often a process is looked at, and how long one that has given memory back is left alone. */
const LOOK_MS = 30_000
const REST_MS = 15 * 60_000
/** Memory that the heap holds and does not use: less is not worth a pause. */
const SPARE_BYTES_MIN = 8 * 1024 * 1024
/** A process that used more of a core since the last look needs its memory, and should not be made to wait. */
const BUSY_SHARE_MAX = 0.05

/** What is asked of the process, and of V8. */
export interface MemoryPorts {
  nowMs(): number
  /** Of all threads. */
  cpuMs(): number
  /** Of this thread's heap: what it holds beyond what is in use. */
  spareBytes(): number
  /** Collects all garbage and returns what is free to the system. Blocks. */
  collect(): void
  /** Returns what the allocator keeps to the system, that of SQLite for instance. Blocks for a millisecond or a few. */
  trim(): void
}

/**
 * Gives memory back that the start needed, and nobody needs since: V8 and the allocator keep what they once had while a process is idle,
 * for thousands of databases more than half of all it holds. Garbage is collected with a pause of a tenth of a second or two, in a process
 * that does nothing, every quarter of an hour at most.
 */
export class SpareMemory implements Disposable {
  readonly #ports: MemoryPorts
  readonly #timer: NodeJS.Timeout
  #last: { readonly atMs: number; readonly cpuMs: number }
  #restsUntilMs = 0

  constructor(ports: MemoryPorts = processMemory) {
    this.#ports = ports
    this.#last = { atMs: ports.nowMs(), cpuMs: ports.cpuMs() }
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref()
  }

  look(): void {
    const { atMs, cpuMs } = this.#last
    const now = { atMs: this.#ports.nowMs(), cpuMs: this.#ports.cpuMs() }
    this.#last = now
    const isBusy = now.cpuMs - cpuMs > BUSY_SHARE_MAX * (now.atMs - atMs)
    if (isBusy) return
    if (now.atMs >= this.#restsUntilMs && this.#ports.spareBytes() >= SPARE_BYTES_MIN) {
      this.#ports.collect()
      this.#restsUntilMs = now.atMs + REST_MS
    }
    this.#ports.trim() // each time: databases fall asleep one by one, and threads end
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

const processMemory: MemoryPorts = {
  nowMs: () => performance.now(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
  spareBytes: () => {
    const { total_physical_size, used_heap_size } = getHeapStatistics()
    return total_physical_size - used_heap_size
  },
  collect: () => collectGarbage()({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  trim: () => void trimMemory(),
}

type CollectGarbage = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

/** V8's own function, which Node hands out by a flag only. */
export function collectGarbage(): CollectGarbage {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as CollectGarbage
  setFlagsFromString('--no-expose-gc')
  return collect
}
