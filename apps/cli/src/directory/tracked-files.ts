import { lookAt } from './list-entries.ts'

/**
 * Which file each database has open. A database that was renamed is open under a name that is no more; its file must not be opened
 * by anybody else of this process until the database is closed, for that would drop its locks.
 */
export class TrackedFiles {
  readonly #identities = new Map<string, string>()
  readonly #paths = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  /** Looks which file each database has, where that is not known. */
  async learn(paths: Iterable<string>): Promise<void> {
    for (const path of paths) {
      if (this.#identities.has(path)) continue
      const looked = await lookAt(path).catch(() => null)
      if (looked !== null) this.set(path, looked.identity)
    }
  }

  set(path: string, identity: string): void {
    this.#drop(path)
    this.#identities.set(path, identity)
    this.#paths.set(identity, path)
  }

  /** The database is closed, or has another file now. */
  forget(path: string): void {
    if (this.#drop(path)) for (const listener of this.#listeners) listener()
  }

  /** Calls `listener` whenever a file is free again, until the returned function is called. */
  onFree(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The database that has this file open; `null`: none. */
  holderOf(identity: string): string | null {
    return this.#paths.get(identity) ?? null
  }

  #drop(path: string): boolean {
    const identity = this.#identities.get(path)
    if (identity === undefined) return false
    this.#identities.delete(path)
    if (this.#paths.get(identity) === path) this.#paths.delete(identity)
    return true
  }
}
