import type { Env, FileStat } from '@ltx/env'
import type { DirectoryWatches } from './watch-directory.ts'

/** Beside more databases than that the events cost less than looking at them all. */
const NEIGHBOURS_MAX = 16
/** A file that changed so lately may change again without showing it: times have steps, of 2 s where they are coarsest. */
const TIME_STEP_MS = 2000

interface HotDirectory {
  /** Databases that go by the clock, by name. */
  readonly names: Set<string>
  /** Ends looking. */
  readonly cool: AbortController
}

/**
 * Does without the file events of a directory while a database in it is written to all the time: each commit would make some, and the
 * application pays for them too. The other databases there are looked at once per interval meanwhile (engine.md §7).
 */
export class HotDirectories {
  readonly #env: Pick<Env, 'clock' | 'files'>
  readonly #watches: DirectoryWatches
  readonly #directories = new Map<string, HotDirectory>()

  constructor(env: Pick<Env, 'clock' | 'files'>, watches: DirectoryWatches) {
    this.#env = env
    this.#watches = watches
  }

  /** A database needs no events from now on, or needs them again. */
  setHot(directory: string, name: string, isHot: boolean, intervalMs: number): void {
    const hot = this.#directories.get(directory)
    if (isHot) {
      if (hot !== undefined) hot.names.add(name)
      else this.#begin(directory, name, intervalMs)
      return
    }
    hot?.names.delete(name)
    if (hot?.names.size === 0) this.#end(directory, hot)
    else this.#watches.tell(directory, name) // no event will come: it is looked at from now on
  }

  #begin(directory: string, name: string, intervalMs: number): void {
    const hot: HotDirectory = { names: new Set([name]), cool: new AbortController() }
    this.#directories.set(directory, hot)
    this.#look(directory, hot, intervalMs).catch(() => {
      if (!hot.cool.signal.aborted) this.#end(directory, hot) // files cannot be looked at: events are better
    })
  }

  #end(directory: string, hot: HotDirectory): void {
    hot.cool.abort()
    this.#directories.delete(directory)
    this.#watches.resume(directory)
  }

  async #look(directory: string, hot: HotDirectory, intervalMs: number): Promise<void> {
    const { signal } = hot.cool
    let before = await this.#signatures(directory, hot)
    while (!signal.aborted) {
      if (before.size > NEIGHBOURS_MAX) this.#watches.resume(directory)
      else this.#watches.pause(directory)
      await this.#env.clock.sleep(intervalMs, { signal })
      const now = await this.#signatures(directory, hot)
      if (signal.aborted) return
      for (const [name, signature] of now) {
        if (before.get(name) !== signature) this.#watches.tell(directory, name)
      }
      before = now
    }
  }

  /** Of each database of the directory that is not hot: what changes with each write to it or to its WAL. */
  async #signatures(directory: string, hot: HotDirectory): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    const names = this.#watches.names(directory).filter((name) => !hot.names.has(name))
    for (const name of names) {
      const isWatched = names.length > NEIGHBOURS_MAX
      found.set(name, isWatched ? '' : await this.#signature(`${directory}/${name}`))
    }
    return found
  }

  async #signature(path: string): Promise<string> {
    const { clock, files } = this.#env
    const stats = [await files.stat(path), await files.stat(`${path}-wal`)]
    const isFresh = stats.some((stat) => stat !== null && clock.wallMs() - msOf(stat.mtimeNs) < TIME_STEP_MS)
    return [...stats.map(inWords), isFresh ? clock.elapsedMs() : ''].join(' ') // a fresh one is never equal
  }
}

function msOf(ns: bigint): number {
  return Number(ns / 1_000_000n)
}

function inWords(stat: FileStat | null): string {
  return stat === null ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`
}
